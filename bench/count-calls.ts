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

/** The calls for valid messages by function, as operations/cost reads them. */
export const callsByFunction = (counted: readonly CountedCase[]): Record<string, Calls> =>
  Object.fromEntries(counted.filter(({ invalid }) => !invalid).map(({ of, calls }) => [of, calls]));
