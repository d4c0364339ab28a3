import type { Deployment } from "../deployment";
import type { Platform } from "../platform";
import type { Progress } from "./progress";

/** Reports what is not as on AWS, before the first message is published. */
export function reportOpening(
  { say }: Progress,
  { doubles, iotCore, emulator }: Platform,
  { notHonoured }: Deployment,
): void {
  say();
  say("Not as on AWS:");
  for (const sentence of [...doubles, ...notHonoured]) say(`  - ${sentence}`);
  say();
  say(
    `MQTT ${iotCore.mqttUrl}, WebSocket ${iotCore.websocketUrl}, AWS APIs ${emulator.account.endpoint}`,
  );
}
