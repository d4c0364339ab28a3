import {
  AddPermissionCommand,
  CreateFunctionCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  waitUntilFunctionActiveV2,
  type Architecture,
  type LogFormat,
  type Runtime,
} from "@aws-sdk/client-lambda";
import type * as aws from "@pulumi/aws";
import type { asset } from "@pulumi/pulumi";
import { inputsOf, referenceOf, type Provisioner, type Provisioners } from "../provisioner";
import { pack } from "./archive";
import { eventSourceMapping, type MappingServices } from "./event-source-mapping-provisioner";

/** What the provisioners of this service use of the local run. */
interface LambdaServices extends MappingServices {
  iotCore: { dataEndpoint: string };
  firehoseTap: { endpoint: string };
  dataApi: { endpointOf(roleArn: string): string };
  sageMaker: { endpointOf(roleArn: string): string };
  /** Left out where a function is created that does not call Comprehend. */
  comprehend?: { endpointOf(roleArn: string): string };
  rekognition: { endpointOf(roleArn: string): string };
  /** Left out where a function is created that calls no database. */
  influxdbDatabases?: { caFile: string | undefined };
  /** The doubles that stand for endpoints of vendors, by the variable in which a function finds the endpoint. */
  vendorEndpoints?: Readonly<Record<string, string>>;
}

/** The variable from which the SDK reads the endpoint for messages to devices. */
const iotData = "AWS_ENDPOINT_URL_IOT_DATA_PLANE";
/** The same for delivery streams. Every other service is at the emulator's own endpoint. */
const firehose = "AWS_ENDPOINT_URL_FIREHOSE";
/** The same for Redshift, which the emulator lacks. */
const redshiftData = "AWS_ENDPOINT_URL_REDSHIFT_DATA";
/** The same for Comprehend. */
const comprehend = "AWS_ENDPOINT_URL_COMPREHEND";

/** The same for endpoints of SageMaker. */
const sageMakerRuntime = "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME";
/** The same for Rekognition. */
const rekognition = "AWS_ENDPOINT_URL_REKOGNITION";

const lambdaFunction: Provisioner<LambdaServices> = async (resource, context) => {
  const { clients, directory, services, notHonoured } = context;
  const inputs = inputsOf<aws.lambda.FunctionArgs, "name">(resource, "name");
  const variables = inputs.environment?.variables ?? {};
  const lambda = clients.get(LambdaClient);
  const caFile = services.influxdbDatabases?.caFile;
  const created = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: inputs.name,
      Description: inputs.description,
      // Archives stay objects among plain inputs; `CallbackFunction` makes no other kind.
      Code: { ZipFile: await pack(resource.plain.code as asset.AssetArchive, directory) },
      Handler: inputs.handler,
      Role: inputs.role,
      Runtime: inputs.runtime as Runtime,
      Architectures: inputs.architectures as Architecture[] | undefined,
      Timeout: inputs.timeout,
      MemorySize: inputs.memorySize,
      Environment: {
        Variables: {
          ...variables,
          ...(variables[iotData] && { [iotData]: services.iotCore.dataEndpoint }),
          ...replaced(variables, services.vendorEndpoints ?? {}),
          [firehose]: services.firehoseTap.endpoint,
          ...(variables["WORKGROUP_NAME"] && {
            [redshiftData]: services.dataApi.endpointOf(inputs.role),
          }),
          ...(variables["ENDPOINT_NAME"] && {
            [sageMakerRuntime]: services.sageMaker.endpointOf(inputs.role),
          }),
          ...(variables["COMPREHEND_REGION"] &&
            services.comprehend && {
              [comprehend]: services.comprehend.endpointOf(inputs.role),
            }),
          ...(variables["IMAGES_BUCKET_NAME"] && {
            [rekognition]: services.rekognition.endpointOf(inputs.role),
          }),
          ...(caFile !== undefined && { NODE_EXTRA_CA_CERTS: caFile }),
        },
      },
      LoggingConfig: inputs.loggingConfig && {
        LogFormat: inputs.loggingConfig.logFormat as LogFormat,
        LogGroup: inputs.loggingConfig.logGroup,
      },
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.2 },
    { FunctionName: inputs.name },
  );
  const processor = process.arch === "arm64" ? "arm64" : "x86_64";
  const { architectures: [asked = "x86_64"] = [] } = inputs;
  if (asked !== processor)
    notHonoured(`Functions run on this machine's processor, ${processor}, not on ${asked}.`);
  const { FunctionArn: functionArn } = created;
  // The emulator keeps one code per function, so a published version is the function itself.
  const version = inputs.publish ? { version: "1", qualifiedArn: `${functionArn}:1` } : {};
  return { id: inputs.name, state: { ...resource.plain, arn: functionArn, ...version } };
};

/** The given values of the variables that a function has. */
const replaced = (
  variables: Record<string, string>,
  values: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name in variables));

const permission: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.lambda.PermissionArgs>(resource);
  const StatementId = resource.name.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 100);
  await clients.get(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: referenceOf(inputs.function),
      StatementId,
      Action: inputs.action,
      Principal: inputs.principal,
      SourceArn: inputs.sourceArn,
      SourceAccount: inputs.sourceAccount,
    }),
  );
  return { id: StatementId, state: { ...resource.plain, statementId: StatementId } };
};

const functionEventInvokeConfig: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.lambda.FunctionEventInvokeConfigArgs>(resource);
  const Destination = inputs.destinationConfig?.onFailure?.destination;
  await clients.get(LambdaClient).send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: inputs.functionName,
      MaximumRetryAttempts: inputs.maximumRetryAttempts,
      MaximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
      DestinationConfig: Destination ? { OnFailure: { Destination } } : undefined,
    }),
  );
  return { id: inputs.functionName, state: resource.plain };
};

export const provisioners: Provisioners<LambdaServices> = {
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": functionEventInvokeConfig,
  "aws:lambda/permission:Permission": permission,
};
