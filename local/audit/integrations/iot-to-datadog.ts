import type { IntegrationAudit } from "../integration-audit";

/**
 * Readings whose second has a point in the double: Datadog keeps one value of a device's series per second, and tags in lower case. The
 * local stack has metrics by device for this.
 */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    stored: async ({ platform: { datadog } }) =>
      new Set(
        datadog.gauges().map(({ tags, timestamp }) => {
          const device = tags.find((tag) => tag.startsWith("device:")) ?? "";
          return `${device.slice("device:".length)}#${timestamp}`;
        }),
      ),
    keptAs: (id) => {
      const [deviceId = "", time = ""] = id.split("#");
      return `${deviceId.toLowerCase()}#${Math.floor(Number(time) / 1000)}`;
    },
    sharedFailures: [],
  },
};
