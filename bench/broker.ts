import { connectAsync, type MqttClient } from "mqtt";
import type { Platform } from "../local/platform";
import { forComparison, type Line, type Measurement } from "./line";
import { openPlatform } from "./platform";
import { readings } from "../tests/support/readings";
import { inLanes, medians, timed } from "./rounds";

const messages = 2000;
/**
 * The most unacknowledged publishes that AWS IoT accepts from a client.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
const lanes = 100;
const rounds = 4;
const counts = [0, 1, 10] as const;

/**
 * Publishes with QoS 1 from a device: through the broker alone, and with matching rules that have no action. `local-delivery.ts`
 * measures the cost of actions.
 */
export const broker: Measurement = async () => {
  const platform = await openPlatform(async (opened) => opened);
  const { iotCore } = platform;
  try {
    for (const count of counts) await addRules(platform, count);
    const client = await connectDevice(platform);
    const run = (count: (typeof counts)[number]) => async (): Promise<void> => {
      await inLanes(readings(messages), lanes, (reading) =>
        client.publishAsync(`rules${count}/bench`, JSON.stringify(reading), { qos: 1 }),
      );
      await iotCore.idle();
    };
    const seconds = await medians({ alone: run(0), one: run(1), ten: run(10) }, rounds, timed);
    await client.endAsync(true);
    const matched = Object.values(iotCore.metrics()).map(({ TopicMatch }) => TopicMatch);
    if (matched.some((count) => count !== rounds * messages))
      throw new Error(
        `The rules matched ${matched.join()} messages instead of ${rounds * messages} each; the measurement is not valid.`,
      );
    return linesOf(seconds);
  } finally {
    await platform.stop();
  }
};

function linesOf({ alone, one, ten }: Record<"alone" | "one" | "ten", number>): Line[] {
  const share = (seconds: number): number => (100 * alone) / seconds;
  return [
    forComparison("broker: QoS 1 alone", messages / alone, "messages/s"),
    forComparison("broker: with one rule", messages / one, "messages/s"),
    forComparison("broker: with one rule", share(one), "% of the broker alone"),
    forComparison("broker: with ten rules", messages / ten, "messages/s"),
    forComparison("broker: with ten rules", share(ten), "% of the broker alone"),
  ];
}

async function addRules({ iotCore }: Platform, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1)
    await iotCore.addRule({
      enabled: true,
      sqlVersion: "2016-03-23",
      name: `bench_${count}_${nth}`,
      sql: `SELECT *, topic(2) AS deviceId FROM 'rules${count}/+' WHERE temperature > 0`,
    });
}

async function connectDevice({ iotCore }: Platform): Promise<MqttClient> {
  const all = { Effect: "Allow", Action: "iot:*", Resource: "*" };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [all] });
  iotCore.addDevicePolicy({ name: "bench", policy });
  const { ca, certificate: cert, privateKey: key } = await iotCore.addThing("bench", ["bench"]);
  const identity = { clientId: "bench", ca, cert, key };
  return connectAsync(iotCore.mqttUrl, { reconnectPeriod: 0, ...identity });
}
