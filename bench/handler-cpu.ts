import * as pulumi from "@pulumi/pulumi";
import { integrations } from "../tests/functions/samples";
import { kinesisEvent, sqsEvent } from "../tests/support/events";
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
};

/** Handlers' CPU per record beside decoding and parsing the same records, as text of the program and as the text that is deployed. */
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
          parsed: source === "stream" ? parseRecords : parseBodies,
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

/** The least that anybody has to do: the envelope, and the device's bytes in it. */
const parse = (envelope: string): unknown => {
  const { payload } = JSON.parse(envelope) as { payload: string };
  return JSON.parse(Buffer.from(payload, "base64").toString());
};

const parseBodies = (): void => bodies.forEach(parse);

const { Records } = kinesisEvent(...bodies);

/** A stream's records are encoded once more. */
const parseRecords = (): void =>
  Records.forEach(({ kinesis }) => parse(Buffer.from(kinesis.data, "base64").toString()));

/** Serialised as `CallbackFunction` does it, and loaded from that text. */
async function deployedFrom(factory: () => Handler): Promise<Handler> {
  const { text } = await pulumi.runtime.serializeFunction(factory, { isFactoryFunction: true });
  const loaded: { handler?: Handler } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- how the text is loaded in Lambda, too
  const load = new Function("exports", "require", text) as (...args: unknown[]) => void;
  load(loaded, require);
  if (loaded.handler) return loaded.handler;
  throw new Error("The serialised function exports no handler.");
}
