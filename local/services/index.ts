import type { CreatedResource, RecordedResource } from "../program";
import * as apigateway from "./apigateway";
import * as athena from "./athena";
import * as cloudcontrol from "./cloudcontrol";
import * as cloudfront from "./cloudfront";
import * as cloudwatch from "./cloudwatch";
import * as dynamodb from "./dynamodb";
import * as ec2 from "./ec2";
import * as ecr from "./ecr";
import * as ecs from "./ecs";
import * as eventbridge from "./eventbridge";
import * as firehose from "./firehose";
import { generatedName } from "./generated-names";
import * as glue from "./glue";
import * as grafana from "./grafana";
import * as iam from "./iam";
import * as iotCore from "./iot-core";
import * as kinesis from "./kinesis";
import * as kinesisanalytics from "./kinesisanalytics";
import * as kms from "./kms";
import * as lambda from "./lambda";
import { inOneRegion } from "./one-region";
import * as pipes from "./pipes";
import type { Context as ContextWith, Provisioners } from "./provisioner";
import * as redshift from "./redshift";
import * as s3 from "./s3";
import * as sagemaker from "./sagemaker";
import * as scheduler from "./scheduler";
import * as secretsmanager from "./secretsmanager";
import type { Services } from "./services";
import * as sns from "./sns";
import * as sqs from "./sqs";
import * as stepFunctions from "./step-functions";
import * as timestreamInfluxdb from "./timestream-influxdb";

export {
  createServices,
  revokedDevice,
  settleServices,
  stopServices,
  tokenKeys,
  type Services,
} from "./services";

export type Context = ContextWith<Services>;

/** Every type of resource that the local run creates, by Pulumi's token. */
const provisioners: Provisioners<Services> = {
  ...apigateway.provisioners,
  ...athena.provisioners,
  ...cloudcontrol.provisioners,
  ...cloudfront.provisioners,
  ...cloudwatch.provisioners,
  ...dynamodb.provisioners,
  ...ec2.provisioners,
  ...ecr.provisioners,
  ...ecs.provisioners,
  ...eventbridge.provisioners,
  ...firehose.provisioners,
  ...glue.provisioners,
  ...grafana.provisioners,
  ...iam.provisioners,
  ...iotCore.provisioners,
  ...kinesis.provisioners,
  ...kinesisanalytics.provisioners,
  ...kms.provisioners,
  ...lambda.provisioners,
  ...pipes.provisioners,
  ...redshift.provisioners,
  ...s3.provisioners,
  ...sagemaker.provisioners,
  ...scheduler.provisioners,
  ...secretsmanager.provisioners,
  ...sns.provisioners,
  ...sqs.provisioners,
  ...stepFunctions.provisioners,
  ...timestreamInfluxdb.provisioners,
};

/** Creates a resource on the emulator. Throws one sentence that names a type without a provisioner, or what the emulator refused. */
export async function provision(
  resource: RecordedResource,
  context: Context,
): Promise<CreatedResource> {
  const { type, name } = resource;
  const provisioner = provisioners[type];
  if (!provisioner) {
    const [, module = "<service>"] = /^aws:(\w+)\//.exec(type) ?? [];
    throw new Error(
      `The local run cannot create ${name} of type ${type}: add a provisioner in local/services/${module}.`,
    );
  }
  try {
    // The record has the name from now on, since other parts look up resources by it.
    Object.assign(resource.plain, generatedName(resource));
    const here = inOneRegion(resource, context.clients.account.region);
    if (here) {
      context.notHonoured(
        "This machine has one Region: topics, queues, keys and alarms that the program places in another one are in it.",
      );
      Object.assign(resource.plain, here);
    }
    return await provisioner(resource, context);
  } catch (error) {
    const { name: kind, message } = error as Error;
    throw Object.assign(new Error(`${type} ${name} could not be created (${kind}): ${message}`), {
      cause: error,
    });
  }
}
