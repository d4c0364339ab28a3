import * as pulumi from "@pulumi/pulumi";
import { createHandler as createStateWriter } from "../functions/iot-to-dynamodb";
import { createHandler as createShaper } from "../functions/iot-to-eventbridge/event-shaper";
import { createHandler as createWorker } from "../functions/iot-to-sqs";
import { createHandler as createStarter } from "../functions/iot-to-step-functions/starter";
import { kinesisEvent, sqsEvent } from "../tests/support/events";
import { atMost, forComparison, type Line, type Measurement } from "./line";
import { silently } from "./quiet";
import { envelopes } from "./readings";
import { cpuOf } from "./rounds";

type Handler = (event: never) => Promise<unknown>;

/** Callback factories, serialised like those of the program. Their ports return at once, so that only the function is measured. */
const factories: Record<string, () => Handler> = {
  "iot-to-dynamodb": () =>
    createStateWriter(
      { stateTableName: "", quarantineQueueUrl: "" },
      { putIfNewer: async () => true, quarantine: async () => [] },
    ),
  "iot-to-sqs": () =>
    createWorker(
      { ackTopicPrefix: "devices", quarantineQueueUrl: "" },
      { publish: async () => undefined, quarantine: async () => [] },
    ),
  "iot-to-eventbridge": () =>
    createShaper({ quarantineQueueUrl: "" }, { quarantine: async () => [] }),
  "iot-to-step-functions": () =>
    createStarter(
      { stateMachineArn: "", quarantineQueueUrl: "" },
      { start: async () => true, quarantine: async () => [] },
    ),
};

const records = 100;
const bodies = envelopes(records);
const events: Record<string, unknown> = {
  "iot-to-dynamodb": kinesisEvent(...bodies),
  "iot-to-eventbridge": sqsEvent(...bodies).Records,
};

/** Compares the CPU time of handlers per record, as written and as deployed, with decoding and parsing the same records. */
export const handlerCpu: Measurement = async () => {
  const lines: Line[] = [];
  for (const [name, factory] of Object.entries(factories)) {
    const event = (events[name] ?? sqsEvent(...bodies)) as never;
    const written = factory();
    const deployed = await deployedFrom(factory);
    await silently(async () => {
      const cpu = await cpuOf(
        {
          parsed: name === "iot-to-dynamodb" ? parseRecords : parseBodies,
          written: () => written(event),
          deployed: () => deployed(event),
        },
        { runs: 40 },
      );
      const what = `handler CPU: ${name}`;
      lines.push(
        atMost(`${what}, as deployed`, cpu.deployed / cpu.parsed, 3, "x decode and parse"),
        forComparison(`${what}, as written`, cpu.written / cpu.parsed, "x decode and parse"),
      );
    });
  }
  return lines;
};

/** The least work for a record: parse the envelope, decode and parse its payload. */
const parse = (envelope: string): unknown => {
  const { payload } = JSON.parse(envelope) as { payload: string };
  return JSON.parse(Buffer.from(payload, "base64").toString());
};

const parseBodies = (): void => bodies.forEach(parse);

const { Records } = kinesisEvent(...bodies);

/** The data of a stream's records are encoded in base64 once more. */
const parseRecords = (): void =>
  Records.forEach(({ kinesis }) => parse(Buffer.from(kinesis.data, "base64").toString()));

/** Serialises a factory as `CallbackFunction` does and loads the resulting text. */
async function deployedFrom(factory: () => Handler): Promise<Handler> {
  const { text } = await pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
  const loaded: { handler?: Handler } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- loads the text as Lambda does
  const load = new Function("exports", "require", text) as (...args: unknown[]) => void;
  load(loaded, require);
  if (loaded.handler) return loaded.handler;
  throw new Error("The serialised function exports no handler.");
}
