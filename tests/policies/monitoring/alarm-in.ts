import * as assert from "node:assert/strict";
import type { Resource } from "../../../policies/stack/resource";
import { stackIn } from "../stack/stack-in";

/** An alarm on a metric as rules see it. */
export async function alarmIn(inputs: Record<string, unknown>): Promise<Resource> {
  const stack = await stackIn({ type: "aws:cloudwatch/metricAlarm:MetricAlarm", inputs });
  const [resource] = stack.resources;
  assert.ok(resource);
  return resource;
}
