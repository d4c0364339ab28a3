import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { asset } from "@pulumi/pulumi";
import { unzipSync } from "fflate";
import * as assert from "node:assert/strict";
import { pack } from "../../../local/services/lambda/archive";
import { directory } from "../../support/emulator";
import type { World } from "./world";

/**
 * A secret value is in no input and no output of any resource, so in no state; in no archive of a function; and in no log of the
 * integration, each of which has lines.
 */
export async function assertNowhere(
  { platform, deployment }: World,
  integration: string,
  value: string,
): Promise<void> {
  assert.ok(value.length >= 20, "Shorter values are found by chance.");
  const { resources, outputs } = deployment;
  for (const { name, type, plain } of resources) {
    const { code, ...inputs } = plain;
    assert.ok(!JSON.stringify(inputs).includes(value), name);
    if (type !== "aws:lambda/function:Function") continue;
    const files = unzipSync(await pack(code as asset.AssetArchive, directory));
    for (const [file, bytes] of Object.entries(files))
      assert.ok(!Buffer.from(bytes).includes(value), `${name}: ${file}`);
  }
  assert.ok(!JSON.stringify(outputs).includes(value));
  const logs = platform.clients.get(CloudWatchLogsClient);
  const groups = resources.filter(
    ({ type, name }) => type === "aws:cloudwatch/logGroup:LogGroup" && name.startsWith(integration),
  );
  assert.ok(groups.length > 0, `${integration} has no log.`);
  for (const { plain } of groups) {
    const logGroupName = plain.name as string;
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    assert.ok(events.length > 0, `${logGroupName} is empty.`);
    assert.ok(!JSON.stringify(events).includes(value), logGroupName);
  }
}
