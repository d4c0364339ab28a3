import type { CreatedResource, RecordedResource } from "../program";
import * as apigatewayv2 from "./apigateway";
import * as cloudwatch from "./cloudwatch/provisioners";
import * as dynamodb from "./dynamodb/provisioners";
import * as eventbridge from "./eventbridge/provisioners";
import * as glue from "./glue";
import * as iam from "./iam";
import * as iot from "./iot-core/provisioners";
import * as kinesis from "./kinesis/provisioners";
import * as kms from "./kms";
import * as lambda from "./lambda/provisioners";
import * as pipes from "./pipes/provisioners";
import type { Context, Provisioner } from "./provisioner";
import * as s3 from "./s3";
import * as sfn from "./step-functions/provisioners";
import * as sns from "./sns/provisioners";
import * as sqs from "./sqs/provisioners";

export type { Context, Hand } from "./provisioner";

/** By module and camel-case type: `aws:<module>/<type>:<Type>`. */
const modules: Record<string, Record<string, Provisioner>> = {
  apigatewayv2,
  cloudwatch,
  dynamodb,
  eventbridge,
  glue,
  iam,
  iot,
  kinesis,
  kms,
  lambda,
  pipes,
  s3,
  sfn,
  sns,
  sqs,
};

/** Creates a resource on the emulator. A type that nobody wrote a provisioner for is an error, not a shrug. */
export async function provision(
  resource: RecordedResource,
  context: Context,
): Promise<CreatedResource> {
  const [, module = "", type = ""] = /^aws:(\w+)\/(\w+):/.exec(resource.type) ?? [];
  // The provider counts event buses, their rules and archives among CloudWatch.
  const service = module === "cloudwatch" && type.startsWith("event") ? "eventbridge" : module;
  const provisioner = modules[service]?.[type];
  if (!provisioner)
    throw new Error(
      `The local run cannot create ${resource.name} of type ${resource.type}: add a provisioner in local/provisioners/${service || "<service>"}.ts.`,
    );
  try {
    return await provisioner(resource, context);
  } catch (error) {
    const { name, message } = error as Error;
    throw Object.assign(
      new Error(`${resource.type} ${resource.name} could not be created (${name}): ${message}`),
      { cause: error },
    );
  }
}
