import type { Clients } from "../aws/clients";
import type { CreatedResource, RecordedResource } from "../program";

type Inputs = Record<string, unknown>;

/** What is not the emulator's: our own IoT Core, and the connections whose failure paths the emulator ignores. */
export interface Hand {
  topicRule(inputs: Inputs): Promise<{ arn: string }>;
  devicePolicy(inputs: Inputs): Promise<{ arn: string }>;
  loggingOptions(inputs: Inputs): Promise<void>;
  /** A Kinesis stream feeding a function. */
  streamMapping(inputs: Inputs): Promise<{ id: string }>;
  /** A queue feeding a function, where the emulator's own mapping does not do all that is asked. */
  queueMapping(inputs: Inputs): Promise<{ id: string }>;
  subscription(inputs: Inputs): Promise<{ arn: string }>;
  pipe(inputs: Inputs): Promise<{ arn: string }>;
  deliveryStream(inputs: Inputs): Promise<{ arn: string }>;
  eventBusPolicy(inputs: Inputs): Promise<void>;
  eventRule(inputs: Inputs): Promise<{ arn: string }>;
  eventTarget(inputs: Inputs): Promise<void>;
  eventArchive(inputs: Inputs): Promise<{ arn: string }>;
}

export interface Context {
  clients: Clients;
  /** The project's folder, which archives are packed from. */
  directory: string;
  /** Where functions publish to devices. */
  iotDataEndpoint: string;
  /** Where functions put records for delivery streams. */
  firehoseEndpoint: string;
  hand: Hand;
  /** Says once what a setting would do on AWS and does not do here. */
  notHonoured: (sentence: string) => void;
}

/** Creates one resource of one type on the emulator, from the inputs that the program gave it. */
export type Provisioner = (
  resource: RecordedResource,
  context: Context,
) => Promise<CreatedResource>;

/** Inputs of a type, as the provider's own argument type names them; all are known and plain by now. */
export const inputsOf = <T>({ plain }: RecordedResource): T => plain as T;

/** Tags as most APIs want them. */
export const tagList = (
  tags: Record<string, string> | undefined,
): { Key: string; Value: string }[] =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
