import type { EnvironmentFile } from "../environment-file";
import type { Deployment } from "../deployment";
import type { Platform } from "../platform";
import type { Progress } from "./progress";

export interface OpeningArgs {
  platform: Pick<Platform, "doubles" | "iotCore" | "emulator" | "inbox">;
  deployment: Pick<Deployment, "notHonoured">;
  environment: Pick<EnvironmentFile, "command" | "apiUrl">;
  /** Lists what differs from AWS, in place of its number. */
  differences: boolean;
}

/** Reports where to publish and where to look, and what is not as on AWS, before the first message is published. */
export function reportOpening({ say }: Progress, args: OpeningArgs): void {
  const { platform, deployment, environment } = args;
  const { iotCore, emulator, inbox } = platform;
  const places = {
    MQTT: `${iotCore.mqttUrl} and ${iotCore.websocketUrl}`,
    "AWS APIs": emulator.account.endpoint,
    ...(environment.apiUrl !== undefined && { "HTTP API": environment.apiUrl }),
    Inbox: `${inbox.url} (mails, text messages, webhooks)`,
    "Your shell": environment.command,
  };
  for (const [what, where] of Object.entries(places)) say(`  ${what.padEnd(10)}  ${where}`);
  const differences = [...platform.doubles, ...deployment.notHonoured];
  if (!args.differences) {
    say(
      `  ${differences.length} differences from AWS: npm start -- --differences, docs/local-run.md`,
    );
    return;
  }
  say();
  say("Not as on AWS:");
  for (const sentence of differences) say(`  - ${sentence}`);
  say();
}
