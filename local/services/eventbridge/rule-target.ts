import {
  CloudWatchLogsClient,
  DescribeResourcePoliciesCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { assumeRole } from "../../aws/assume-role";
import type { Clients } from "../../aws/clients";
import { serviceOf } from "../delivery/arns";
import { parseJson } from "../delivery/json";
import {
  denial,
  invokePermission,
  lets,
  sendAsService,
  type Sender,
} from "../delivery/service-permissions";
import { deliveryStream } from "../delivery/targets/delivery-stream";
import { eventBus } from "../delivery/targets/event-bus";
import { putLines } from "../delivery/targets/log-group";
import { startExecution } from "../delivery/targets/state-machine";
import { stream } from "../delivery/targets/stream";
import type { Caller, Target } from "../delivery/targets/target";
import { asJson, type BusEvent } from "./bus-event";
import type { TargetInputs } from "./bus-inputs";

/** Delivers one event to a target; rejects if the target refuses it. */
export type CallTarget = (event: BusEvent, text: string) => Promise<void>;

/**
 * Calls each kind of target as EventBridge does: the policies of functions, queues, topics and log groups must allow the rule, every
 * other target is called as the target's role.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function createTargetCall(
  clients: Clients,
  sender: Sender,
  inputs: TargetInputs,
): CallTarget {
  const { arn } = inputs;
  const caller = roleOf(clients, sender, inputs.roleArn ?? "");
  switch (serviceOf(arn)) {
    case "lambda":
      return async (_, text) => {
        if (parseJson(text) === undefined)
          throw Object.assign(new Error(`${arn} takes JSON only: ${text}`), {
            name: "InvalidJson",
          });
        const answer = await invokePermission(clients, sender, arn);
        if (answer === "absent")
          throw Object.assign(new Error(`${arn} does not exist.`), { name: "ResourceNotFound" });
        if (answer === "denied")
          throw denial(`The policy of ${arn} does not let EventBridge invoke`);
      };
    case "sqs":
      return (_, text) =>
        sendAsService(clients, sender, arn, {
          MessageBody: text,
          ...(inputs.sqsTarget && { MessageGroupId: inputs.sqsTarget.messageGroupId }),
        });
    case "sns":
      return (_, text) => publish(clients, sender, arn, text);
    case "logs":
      return ({ id }, text) => writeLine(clients, sender, arn, id, text);
    case "states":
      return (_, text) => startExecution(caller, arn, text);
    case "kinesis": {
      // Without a path, the event's id distributes events over the shards.
      const { partitionKeyPath: partitionKey = "$.id" } = inputs.kinesisTarget ?? {};
      return single(stream(caller, arn, { partitionKey }));
    }
    case "firehose":
      return single(deliveryStream(caller, arn));
    default:
      return single(
        eventBus(caller, arn, {
          source: "$.source",
          detailType: "$.detail-type",
          time: "$.time",
        }),
        ({ detail }) => JSON.stringify(detail),
      );
  }
}

/** Calls a batch API with one entry. */
const single =
  (target: Target, textOf?: (event: BusEvent) => string): CallTarget =>
  async (event, text) => {
    const entry = { text: textOf ? textOf(event) : text, event: asJson(event) };
    const [failure] = await target.send([entry]);
    if (failure)
      throw Object.assign(new Error(failure.reason), { $metadata: { httpStatusCode: 400 } });
  };

const roleOf = (clients: Clients, { service, sourceArn }: Sender, roleArn: string): Caller => ({
  clients,
  roleArn,
  credentials: () =>
    assumeRole(clients, {
      roleArn,
      servicePrincipal: service,
      sourceArn,
    }),
});

async function publish(
  clients: Clients,
  sender: Sender,
  TopicArn: string,
  Message: string,
): Promise<void> {
  const sns = clients.get(SNSClient);
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  if (!lets(clients, sender, Attributes?.["Policy"], "sns:Publish", TopicArn))
    throw denial(`The policy of ${TopicArn} does not let EventBridge publish`);
  await sns.send(new PublishCommand({ TopicArn, Message }));
}

async function writeLine(
  clients: Clients,
  sender: Sender,
  groupArn: string,
  stream: string,
  line: string,
): Promise<void> {
  const { resourcePolicies = [] } = await clients
    .get(CloudWatchLogsClient)
    .send(new DescribeResourcePoliciesCommand({}));
  const resource = `${groupArn.replace(/:\*$/, "")}:log-stream:${stream}`;
  const admitted = (action: string): boolean =>
    resourcePolicies.some(({ policyDocument }) =>
      lets(clients, sender, policyDocument, action, resource),
    );
  if (!admitted("logs:CreateLogStream") || !admitted("logs:PutLogEvents"))
    throw denial(`No resource policy of CloudWatch Logs lets EventBridge write to ${groupArn}`);
  await putLines(clients, { groupArn, stream }, [line]);
}
