import { dynamodb } from "./iot-to-dynamodb";
import { eventbridge } from "./iot-to-eventbridge";
import { sns } from "./iot-to-sns";
import { sqs } from "./iot-to-sqs";
import { stepFunctions } from "./iot-to-step-functions";
import type { Outputs, Sink } from "./sink";

export type { Evidence, Outputs, Sink } from "./sink";

const known: Partial<Record<string, Sink>> = {
  "iot-to-dynamodb": dynamodb,
  "iot-to-sns": sns,
  "iot-to-sqs": sqs,
  "iot-to-eventbridge": eventbridge,
  "iot-to-step-functions": stepFunctions,
};

/** The sinks of the integrations that are deployed. One that nobody can look into is an error, not a shrug. */
export function sinksOf({ quarantine }: Outputs): [integration: string, sink: Sink][] {
  const deployed = Object.keys(quarantine).filter((stem) => quarantine[stem] !== undefined);
  return deployed.map((stem) => {
    const sink = known[stem];
    if (!sink)
      throw new Error(`The account does not know ${stem}: add its sink in local/account/sinks.`);
    return [stem, sink];
  });
}
