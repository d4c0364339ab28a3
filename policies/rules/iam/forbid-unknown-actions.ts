import { wellArchitected } from "../../frameworks";
import { actionsMatching, findAction, isPattern, isService } from "../../iam/actions";
import { called, documentsIn, typesWithDocuments } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** Names of API operations and packages that are often taken for actions: what IAM calls them. */
const meant = new Map(
  Object.entries({
    "apigateway:posttoconnection": "execute-api:ManageConnections",
    "dynamodb:executestatement": "dynamodb:PartiQLSelect and its like",
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

/** The same for what stands before the colon. */
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
 * Actions that AWS's guides write and its reference does not list: the policy of a topic may have them.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
const unlisted = new Set(["sns:receive"]);

/** IAM accepts an action that does not exist, and then allows nothing by it. */
export const forbidUnknownActions: ResourceRule = {
  name: "iam-statement-forbid-unknown-actions",
  displayName: "Statements name actions that exist",
  description: "Every action in a statement is one that AWS lists.",
  area: "least privilege",
  severity: "medium",
  recommended: {
    level: "mandatory",
    because: "IAM ignores the action, so the call that needs it fails.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Write the action that IAM checks, which is not always called as the operation of the API is: SendMessageBatch needs sqs:SendMessage.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  types: typesWithDocuments(),
  check(resource, report) {
    for (const { place, statements } of documentsIn(resource))
      statements.forEach(({ actions = [], notActions = [], ...statement }, index) => {
        for (const action of new Set([...actions, ...notActions]))
          if (!exists(action))
            report(
              `${called({ ...statement, actions }, index)} in ${place.path} names ${action}, which AWS does not list${hint(action)}.`,
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
  if (known) return `: write ${known}`;
  const service = name.replace(/:.*/, "");
  const prefix = services.get(service);
  if (prefix) return `: write ${prefix}${action.slice(service.length)}`;
  return isService(service) ? "" : ", nor a service of that name";
}
