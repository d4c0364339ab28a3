import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { deviceDashboard } from "./device";
import { fleetDashboard } from "./fleet";
import { healthDashboard } from "./health";
import type { GrafanaStack } from "./stack";

/** The dashboards of a stack, by the name of their file without extension. */
export function dashboards(stack: GrafanaStack): Record<string, Dashboard> {
  const device = deviceDashboard(stack);
  return {
    fleet: fleetDashboard(stack),
    ...(device && { device }),
    health: healthDashboard(stack),
  };
}
