import { compilePattern } from "../../local/services/delivery/patterns/event-pattern";
import type { Flow, Message } from "./flow";
import { recordsIn, textOf, type Graph, type Resource } from "./graph";

/**
 * Uploads images to the bucket of every function that analyses some, and lets the rules that match the event of each act on it. S3 bills the
 * upload, and EventBridge the event, which the bucket has opted in to.
 * @see https://aws.amazon.com/s3/pricing/
 * @see https://aws.amazon.com/eventbridge/pricing/
 */
export function upload(graph: Graph, flow: Flow, count: number): void {
  for (const callback of graph.ofType("aws:lambda/function:Function")) {
    const { IMAGES_BUCKET_NAME: bucket, IMAGES_PREFIX: prefix } = variablesOf(callback);
    if (typeof bucket !== "string" || typeof prefix !== "string") continue;
    const message = {
      topic: "",
      payload: created(bucket, `${prefix}camera-1/image.jpg`),
      receivedAt: 0,
    };
    flow.bill(callback, { "bucket-put": count, "bus-event": count });
    announce(
      graph,
      flow,
      Array.from({ length: count }, () => message),
    );
  }
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const created = (bucket: string, key: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: bucket }, object: { key, size: 100_000, "version-id": "1" } },
    }),
  );

/** Delivers events of the default bus to the targets of the rules that match. */
function announce(graph: Graph, flow: Flow, messages: readonly Message[]): void {
  for (const rule of graph.ofType("aws:cloudwatch/eventRule:EventRule")) {
    const { eventBusName, eventPattern } = rule.inputs;
    if (eventBusName !== undefined || typeof eventPattern !== "string") continue;
    const matches = compilePattern(eventPattern);
    const matched = messages.filter(({ payload }) =>
      matches(JSON.parse(payload.toString()) as never),
    );
    for (const { inputs } of graph.ofType("aws:cloudwatch/eventTarget:EventTarget"))
      if (inputs["rule"] === rule.inputs["name"]) flow.deliver(textOf(inputs["arn"]), matched);
  }
}

const variablesOf = ({ inputs }: Resource): Readonly<Record<string, unknown>> => {
  const [environment] = recordsIn(inputs["environment"]);
  return recordsIn(environment?.["variables"])[0] ?? {};
};
