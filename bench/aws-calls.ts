import { integrations } from "../tests/functions/samples";
import { atMost, type Line, type Measurement } from "./line";
import { silently } from "./quiet";
import { startRecordingEndpoint } from "./recording-endpoint";

/** Counts the AWS calls that the SDK clients of each function send, retries included. */
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
        if (calls < fewest)
          throw new Error(
            `${line}: the endpoint received ${calls} calls instead of at least ${fewest}; check that the function uses AWS_ENDPOINT_URL.`,
          );
        lines.push(atMost(line, calls, fewest, "calls per 1,000"));
      }
  } finally {
    Object.keys(endpoint.environment).forEach((name) => delete process.env[name]);
    await endpoint.stop();
  }
  return lines;
};
