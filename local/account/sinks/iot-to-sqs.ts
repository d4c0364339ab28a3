import type { Sink } from "./sink";

/** Readings that were acknowledged to their device. */
export const sqs: Sink = {
  takes: () => true,
  stored: async ({ acks }) =>
    new Set(
      acks().map(({ deviceId, payload }) => {
        const { timestamp } = JSON.parse(Buffer.from(payload).toString()) as { timestamp: number };
        return `${deviceId}#${timestamp}`;
      }),
    ),
  sharedFailures: [],
};
