import type { Received } from "../../../local/doubles/inbox";
import { eventually } from "./eventually";
import type { World } from "./world";

/** Who is subscribed to the alerts, in the local stack. */
export const subscribers = {
  email: "night-shift@example.com",
  sms: "+4915112345678",
  https: "https://tickets.example.com/alerts",
} as const;

/** What reached the subscribers of the alerts about a device, in the order of arrival. */
export const toldOf = ({ platform, outputs }: World, device: string): Received[] =>
  platform.inbox
    .received()
    .filter(
      ({ attributes, topicArn }) =>
        attributes.deviceId === device && topicArn === outputs.of["iot-to-sns"]?.alertsTopicArn,
    );

/** What all three have been told of a device, once each has been told; fails when one was told more often. */
export const told = (world: World, device: string, times = 1): Promise<Received[]> =>
  eventually(`three subscribers to be told of ${device}`, () => {
    const received = toldOf(world, device);
    const most = 3 * times;
    if (received.length > most)
      throw new Error(`They were told ${received.length} times of ${device}, not ${most}.`);
    return received.length === most && received;
  });
