import { logGroupName } from "../log-group";
import { arn, physicalName } from "../names";
import { allow, allowUnscoped, type Statement } from "../policy-document";

/**
 * The statements that allow a role to read metrics, and alarms and logs of functions of this stack. CloudWatch has no resource type for
 * metrics, and none for the list of log groups and for the end of a query.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonGrafanaCloudWatchAccess.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 * AWS judges a list of alarms by a prefix, which the annotation of the health dashboard asks for, against all alarms of the region.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/permissions-reference-cw.html
 */
export const readHealth = (): Statement[] => {
  const logs = arn.logGroup(logGroupName.function(`${physicalName("function", "")}*`));
  return [
    allowUnscoped("ReadMetrics", ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]),
    allow("FindAlarms", "cloudwatch:DescribeAlarms", arn.alarm("*")),
    allow(
      "ReadAlarms",
      "cloudwatch:DescribeAlarmHistory",
      arn.alarm(`${physicalName("alarm", "")}*`),
    ),
    allow("QueryLogs", ["logs:GetLogGroupFields", "logs:GetQueryResults", "logs:StartQuery"], logs),
    allowUnscoped("EndQueries", ["logs:DescribeLogGroups", "logs:StopQuery"]),
  ];
};
