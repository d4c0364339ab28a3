import * as pulumi from "@pulumi/pulumi";
import type { ErrorAction } from "./actions/action";
import type { AlarmTarget } from "./alarm";
import { declaredResource } from "./cloud-control";
import { physicalName } from "./names";
import { allow } from "./policy-document";
import { roleArrival } from "./role-arrival";
import { watchRule } from "./rule-alarms";
import { typedReadingsSql } from "./telemetry-sql";
import { ruleRole } from "./topic-rule";

export interface InfluxdbRuleArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** The ARN of the destination of AWS IoT, which names the endpoint and the secret. */
  destinationArn: string;
  /** The ARN of the secret that the destination names. */
  secretArn: string;
  /** The database of InfluxDB 3, the bucket of InfluxDB 2. */
  database: string;
  table: string;
  /** Of InfluxDB 2, which requires it. */
  organization?: string | undefined;
  /** Receives each reading that InfluxDB did not take; a queue, because only the form of its configuration is the same in CloudFormation. */
  errorAction: ErrorAction;
  alarms: AlarmTarget;
}

/**
 * A topic rule that writes valid readings to InfluxDB by AWS IoT's own action, one point per message: the device as its tag, and each
 * field in a column of one type. Through Cloud Control, since `aws.iot.TopicRule` does not have the action.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/influxdb-rule-action.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iot-topicrule-influxdbaction.html
 */
export class InfluxdbRule extends pulumi.ComponentResource {
  readonly name: string;

  constructor(name: string, args: InfluxdbRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:InfluxdbRule", name, {}, opts);
    const parent = { parent: this };
    const { errorAction, organization } = args;
    this.name = physicalName("rule", name);
    const sql = typedReadingsSql(args.topicPrefix);

    const readToken = allow(
      "ReadToken",
      "secretsmanager:GetSecretValue",
      pulumi.output(args.secretArn),
    );
    const role = ruleRole(name, [readToken], errorAction, parent);
    const action = {
      DestinationArn: args.destinationArn,
      RoleArn: role.arn,
      DatabaseName: args.database,
      TableName: args.table,
      ...(organization !== undefined && { Organization: organization }),
      // Of the output of the SQL, from whose fields AWS IoT then removes it.
      Tags: { deviceId: "@{deviceId}" },
      TimestampUnit: "ms",
    };
    declaredResource(
      name,
      {
        typeName: "AWS::IoT::TopicRule",
        state: {
          RuleName: this.name,
          TopicRulePayload: {
            Description: "Writes valid readings to InfluxDB.",
            RuleDisabled: false,
            AwsIotSqlVersion: "2016-03-23",
            Sql: sql,
            Actions: [{ InfluxDB: action }],
            ErrorAction: inCloudFormation(errorAction, role.arn),
          },
        },
      },
      {
        ...parent,
        // AWS IoT assumes the role while it creates the rule, and Cloud Control does not try again.
        hooks: roleArrival(name),
        dependsOn: [role.permissions, ...errorAction.dependsOn],
      },
    );
    watchRule(name, this.name, { alarms: args.alarms, sql }, parent);
    this.registerOutputs({ name: this.name });
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iot-topicrule-sqsaction.html */
const inCloudFormation = (errorAction: ErrorAction, roleArn: pulumi.Input<string>) =>
  pulumi.output(errorAction.asErrorAction(roleArn)).apply(({ sqs }) => {
    if (!sqs) throw new pulumi.RunError("The error action of a rule of InfluxDB must be a queue.");
    return { Sqs: { QueueUrl: sqs.queueUrl, RoleArn: sqs.roleArn, UseBase64: sqs.useBase64 } };
  });
