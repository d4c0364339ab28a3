import { createHash } from "node:crypto";

/** Identifies a message by its device and its bytes. */
export const hashOf = (deviceId: string, payload: Uint8Array): string =>
  createHash("sha256").update(deviceId).update("\0").update(payload).digest("hex");

/** The device in a topic: the level after the prefix, as in the rules. */
export const deviceOf = (topic: string, topicPrefix: string): string =>
  topic.slice(topicPrefix.length + 1).split("/")[0] ?? "";
