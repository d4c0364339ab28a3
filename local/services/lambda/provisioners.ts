import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  waitUntilFunctionActiveV2,
  type FunctionResponseType,
} from "@aws-sdk/client-lambda";
import type { asset } from "@pulumi/pulumi";
import type { FilterCriteria } from "../delivery/patterns/filter-criteria";
import { checkQueuePermissions, emulatorSuffices } from "./emulator-mapping";
import { refuseUnsupported } from "./queue-mapping-inputs";
import { pack } from "./archive";
import { inputsOf, type Provisioner } from "../provisioner";

interface FunctionInputs {
  name: string;
  description?: string;
  code: asset.AssetArchive;
  handler: string;
  role: string;
  runtime: "nodejs24.x";
  architectures?: "arm64"[];
  timeout?: number;
  memorySize?: number;
  environment?: { variables?: Record<string, string> };
  loggingConfig?: { logFormat: "Text"; logGroup?: string };
}

/** The variable by which the SDK finds the endpoint for messages to devices. */
const iotData = "AWS_ENDPOINT_URL_IOT_DATA_PLANE";
/** The same for delivery streams, which are ours; everything else is where the emulator says. */
const firehose = "AWS_ENDPOINT_URL_FIREHOSE";

const lambdaFunction: Provisioner = async (resource, context) => {
  const { clients, directory, iotDataEndpoint, firehoseEndpoint, notHonoured } = context;
  const inputs = inputsOf<FunctionInputs>(resource);
  const variables = inputs.environment?.variables ?? {};
  const lambda = clients.get(LambdaClient);
  const created = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: inputs.name,
      Description: inputs.description,
      Code: { ZipFile: await pack(inputs.code, directory) },
      Handler: inputs.handler,
      Role: inputs.role,
      Runtime: inputs.runtime,
      Architectures: inputs.architectures,
      Timeout: inputs.timeout,
      MemorySize: inputs.memorySize,
      Environment: {
        Variables: {
          ...variables,
          ...(variables[iotData] && { [iotData]: iotDataEndpoint }),
          [firehose]: firehoseEndpoint,
        },
      },
      LoggingConfig: inputs.loggingConfig && {
        LogFormat: inputs.loggingConfig.logFormat,
        LogGroup: inputs.loggingConfig.logGroup,
      },
    }),
  );
  await waitUntilFunctionActiveV2(
    { client: lambda, maxWaitTime: 30, minDelay: 1 },
    { FunctionName: inputs.name },
  );
  notHonoured(
    `Functions run on this machine's Node ${process.versions.node} and processor, not on ${inputs.runtime} for ${inputs.architectures?.join() ?? "x86_64"}.`,
  );
  return { id: inputs.name, state: { ...resource.plain, arn: created.FunctionArn } };
};
export { lambdaFunction as function };

interface MappingInputs {
  eventSourceArn: string;
  functionName: string;
  batchSize?: number;
  maximumBatchingWindowInSeconds?: number;
  functionResponseTypes?: FunctionResponseType[];
  filterCriteria?: FilterCriteria;
  scalingConfig?: { maximumConcurrency?: number };
  enabled?: boolean;
}

export const eventSourceMapping: Provisioner = async (resource, context) => {
  const { clients, hand } = context;
  const inputs = inputsOf<MappingInputs>(resource);
  if (!inputs.eventSourceArn.includes(":sqs:")) {
    const { id } = await hand.streamMapping(resource.plain);
    return { id, state: { ...resource.plain, uuid: id } };
  }
  if (!emulatorSuffices(inputs)) {
    const { id } = await hand.queueMapping(resource.plain);
    return { id, state: { ...resource.plain, uuid: id } };
  }
  refuseUnsupported(inputs);
  await checkQueuePermissions(clients, inputs);
  const { UUID } = await clients.get(LambdaClient).send(
    new CreateEventSourceMappingCommand({
      EventSourceArn: inputs.eventSourceArn,
      FunctionName: inputs.functionName,
      BatchSize: inputs.batchSize,
      FunctionResponseTypes: inputs.functionResponseTypes,
      FilterCriteria: inputs.filterCriteria && {
        Filters: inputs.filterCriteria.filters?.map(({ pattern }) => ({ Pattern: pattern })),
      },
      ScalingConfig: inputs.scalingConfig && {
        MaximumConcurrency: inputs.scalingConfig.maximumConcurrency,
      },
      Enabled: inputs.enabled,
    }),
  );
  return { id: UUID ?? "", state: { ...resource.plain, uuid: UUID } };
};

interface PermissionInputs {
  action: string;
  function: string;
  principal: string;
  sourceArn?: string;
  sourceAccount?: string;
}

export const permission: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<PermissionInputs>(resource);
  const StatementId = resource.name.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 100);
  await clients.get(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: inputs.function,
      StatementId,
      Action: inputs.action,
      Principal: inputs.principal,
      SourceArn: inputs.sourceArn,
      SourceAccount: inputs.sourceAccount,
    }),
  );
  return { id: StatementId, state: { ...resource.plain, statementId: StatementId } };
};

interface InvokeConfigInputs {
  functionName: string;
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
  destinationConfig?: { onFailure?: { destination: string } };
}

export const functionEventInvokeConfig: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<InvokeConfigInputs>(resource);
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
