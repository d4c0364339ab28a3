import { wellArchitected } from "../../frameworks";
import { actionsMatching, findAction, isPattern, isService } from "../../iam/actions";
import { called, documentsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** API operations and package names that are often mistaken for actions, with the corresponding IAM actions. */
const meant = new Map(
  Object.entries({
    "apigateway:posttoconnection": "execute-api:ManageConnections",
    "dynamodb:executestatement": "dynamodb:PartiQLSelect and the other PartiQL actions",
    "dynamodb:transactgetitems": "dynamodb:GetItem",
    "dynamodb:transactwriteitems":
      "dynamodb:PutItem, UpdateItem, DeleteItem and ConditionCheckItem",
    "kinesis:putrecordbatch": "firehose:PutRecordBatch",
    "lambda:invoke": "lambda:InvokeFunction",
    "s3:copyobject": "s3:GetObject and s3:PutObject",
    "s3:createmultipartupload": "s3:PutObject",
    "s3:deleteobjects": "s3:DeleteObject",
    "s3:headbucket": "s3:ListBucket",
    "s3:headobject": "s3:GetObject",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:uploadpart": "s3:PutObject",
    "sns:publishbatch": "sns:Publish",
    "sqs:changemessagevisibilitybatch": "sqs:ChangeMessageVisibility",
    "sqs:deletemessagebatch": "sqs:DeleteMessage",
    "sqs:sendmessagebatch": "sqs:SendMessage",
    "timestream:query": "timestream:Select",
  }),
);

/** The same for service prefixes. */
const services = new Map(
  Object.entries({
    eventbridge: "events",
    iotdata: "iot",
    "iot-data": "iot",
    location: "geo",
    opensearch: "es",
    sesv2: "ses",
    stepfunctions: "states",
    "timestream-query": "timestream",
    "timestream-write": "timestream",
  }),
);

/**
 * Actions that AWS guides use but the Service Authorization Reference does not list; the policy of a topic or of a device can contain them.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-actions.html
 */
const unlisted = new Set(["iot:assumerolewithcertificate", "sns:receive"]);

/** IAM accepts an action that does not exist, but the action has no effect. */
export const forbidUnknownActions: ResourceRule = {
  name: "iam-statement-forbid-unknown-actions",
  displayName: "Statements name actions that exist",
  description: "Every action in a statement is in the Service Authorization Reference.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "mandatory",
    because: "IAM ignores the action, so the call that requires it fails.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Use the action that IAM evaluates, whose name can differ from the API operation: SendMessageBatch requires sqs:SendMessage.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { place, statements } of documentsIn(resource))
      statements.forEach(({ actions = [], notActions = [], ...statement }, index) => {
        for (const action of new Set([...actions, ...notActions]))
          if (!exists(action))
            report(
              `${called({ ...statement, actions }, index)} in ${place.path} names ${action}, which does not exist${hint(action)}.`,
            );
      });
  },
};

const exists = (action: string): boolean =>
  isPattern(action)
    ? actionsMatching(action).length > 0
    : findAction(action) !== undefined || unlisted.has(action.toLowerCase());

function hint(action: string): string {
  const name = action.toLowerCase();
  const known = meant.get(name);
  if (known) return `: use ${known}`;
  const service = name.replace(/:.*/, "");
  const prefix = services.get(service);
  if (prefix) return `: use ${prefix}${action.slice(service.length)}`;
  return isService(service) ? "" : ", nor does the service";
}
