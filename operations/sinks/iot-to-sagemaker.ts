import { readingsIn } from "./readings";
import { idOf, type Sink } from "./search";

/** Readings whose scores are in the table; none in a stack without a model. */
export const sink: Sink = {
  expects: (_, { of }) => of["iot-to-sagemaker"]?.["scoresTable"] !== undefined,
  async stored({ clients: { dynamodb }, outputs, deviceId }) {
    const table = outputs.of["iot-to-sagemaker"]?.["scoresTable"];
    return new Set(
      table === undefined ? [] : (await readingsIn(dynamodb, table, deviceId)).map(idOf),
    );
  },
  // A message that does not reach the stream has no score.
  sharedFailures: ["telemetry"],
  tables: ["scoresTable"],
};
