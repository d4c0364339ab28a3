import * as pulumi from "@pulumi/pulumi";
import { integrations } from "../tests/functions/samples";
import { firehoseEvent, kinesisEvent, sqsEvent } from "../tests/support/events";
import { atMost, forComparison, type Line, type Measurement } from "./line";
import { silently } from "./quiet";
import { envelopes } from "../tests/support/readings";
import { cpuOf } from "./rounds";

type Handler = (event: never) => Promise<unknown>;

const bodies = envelopes(100);
const events = {
  stream: kinesisEvent(...bodies),
  queue: sqsEvent(...bodies),
  pipe: sqsEvent(...bodies).Records,
  "delivery stream": firehoseEvent(...bodies),
};

/** Compares the CPU time of handlers per record, as written and as deployed, with decoding and parsing the same records. */
export const handlerCpu: Measurement = async () => {
  const lines: Line[] = [];
  for (const { stem, measured } of integrations) {
    if (!measured.cpu) continue;
    const { factory, source } = measured.cpu;
    const event = events[source] as never;
    const written = factory();
    const deployed = await deployedFrom(factory);
    await silently(async () => {
      const cpu = await cpuOf(
        {
          parsed: isEncoded(source) ? parseRecords : parseBodies,
          written: () => written(event),
          deployed: () => deployed(event),
        },
        { runs: 40 },
      );
      const what = `handler CPU: ${stem}`;
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

/** The data of a record of a stream, or of a delivery stream, is encoded in base64 once more. */
const isEncoded = (source: keyof typeof events): boolean => source.endsWith("stream");

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
