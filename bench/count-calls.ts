import { integrations } from "../tests/functions/samples";
import type { CallsCase } from "../tests/functions/samples/measured";
import { silently } from "./quiet";
import { startRecordingEndpoint, type Calls } from "./recording-endpoint";

/** A case of an integration with the calls to AWS that it makes. */
export interface CountedCase extends CallsCase {
  stem: string;
  calls: Calls;
}

/** Runs every case with the SDK clients of its function and counts their calls to AWS, retries included. */
export async function countCalls(): Promise<CountedCase[]> {
  const endpoint = await startRecordingEndpoint();
  const before = Object.keys(endpoint.environment).map(
    (name) => [name, process.env[name]] as const,
  );
  Object.assign(process.env, endpoint.environment);
  const counted: CountedCase[] = [];
  try {
    for (const { stem, measured } of integrations)
      for (const one of measured.calls) {
        await silently(() => one.run(`${endpoint.url}/123456789012/quarantine`));
        counted.push({ ...one, stem, calls: endpoint.calls() });
      }
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await endpoint.stop();
  }
  return counted;
}

/** The calls for messages that count for the cost of a stack, by function, as operations/cost reads them. */
export function callsByFunction(counted: readonly CountedCase[]): Record<string, Calls> {
  const calls: Record<string, Calls> = {};
  for (const one of counted.filter(({ unpriced }) => !unpriced)) {
    if (calls[one.of])
      throw new Error(
        `Two cases of ${one.of} count for the cost of a stack: set unpriced for "${one.what}" or the other one.`,
      );
    calls[one.of] = one.calls;
  }
  return calls;
}
