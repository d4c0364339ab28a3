import { integrations } from "../tests/functions/samples";
import { atMost, type Line, type Measurement } from "./line";
import { silently } from "./quiet";
import { startRecordingEndpoint } from "./recording-endpoint";

/** AWS calls of each function as its own SDK clients send them, retries and all. */
export const awsCalls: Measurement = async () => {
  const endpoint = await startRecordingEndpoint();
  Object.assign(process.env, endpoint.environment);
  const lines: Line[] = [];
  try {
    for (const { stem, measured } of integrations)
      for (const { what, fewest, run } of measured.calls) {
        await silently(() => run(`${endpoint.url}/123456789012/quarantine`));
        const calls = endpoint.count();
        const line = `AWS calls: ${stem}, ${what}`;
        if (calls < fewest) throw new Error(`${line}: ${calls} calls cannot be all of ${fewest}.`);
        lines.push(atMost(line, calls, fewest, "calls per 1,000"));
      }
  } finally {
    Object.keys(endpoint.environment).forEach((name) => delete process.env[name]);
    await endpoint.stop();
  }
  return lines;
};
