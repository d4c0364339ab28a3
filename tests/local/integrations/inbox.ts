import type { Received } from "../../../local/doubles/inbox";
import { eventually } from "./eventually";
import type { World } from "./world";

/** The subscribers of the alerts in the local stack. */
export const subscribers = {
  email: "night-shift@example.com",
  sms: "+4915112345678",
  https: "https://tickets.example.com/alerts",
} as const;

/** The alerts about a device that subscribers received, in the order of arrival. */
export const alertsOf = ({ platform, outputs }: World, device: string): Received[] =>
  platform.inbox
    .received()
    .filter(
      ({ attributes, topicArn }) =>
        attributes.deviceId === device && topicArn === outputs.of["iot-to-sns"]?.alertsTopicArn,
    );

/** The alerts of all three subscribers about a device, once each has `times` alerts; fails if one has more. */
export const alerted = (world: World, device: string, times = 1): Promise<Received[]> =>
  eventually(`three subscribers to receive alerts about ${device}`, () => {
    const received = alertsOf(world, device);
    const most = 3 * times;
    if (received.length > most)
      throw new Error(`They received ${received.length} alerts about ${device}, not ${most}.`);
    return received.length === most && received;
  });
