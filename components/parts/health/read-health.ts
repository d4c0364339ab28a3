import { logGroupName } from "../log-group";
import { arn, physicalName } from "../names";
import { allow, allowUnscoped, type Statement } from "../policy-document";

/**
 * The statements that allow a role to read metrics, and alarms and logs of functions of this stack. CloudWatch has no resource type for
 * metrics, and none for the list of log groups and for the end of a query.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonGrafanaCloudWatchAccess.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export const readHealth = (): Statement[] => {
  const logs = arn.logGroup(logGroupName.function(`${physicalName("function", "")}*`));
  return [
    allowUnscoped("ReadMetrics", ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"]),
    allow(
      "ReadAlarms",
      ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms"],
      arn.alarm(`${physicalName("alarm", "")}*`),
    ),
    allow("QueryLogs", ["logs:GetLogGroupFields", "logs:GetQueryResults", "logs:StartQuery"], logs),
    allowUnscoped("EndQueries", ["logs:DescribeLogGroups", "logs:StopQuery"]),
  ];
};
