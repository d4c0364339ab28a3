import { countCalls } from "./count-calls";
import { atMost, type Measurement } from "./line";

/** Counts the AWS calls that the SDK clients of each function send, retries included. */
export const awsCalls: Measurement = async () =>
  (await countCalls()).map(({ stem, what, fewest, calls }) => {
    const line = `AWS calls: ${stem}, ${what}`;
    const count = Object.values(calls).reduce((sum, one) => sum + one, 0);
    if (count < fewest)
      throw new Error(
        `${line}: the endpoint received ${count} calls instead of at least ${fewest}; check that the function uses AWS_ENDPOINT_URL.`,
      );
    return atMost(line, count, fewest, "calls per 1,000");
  });
