import { describeExcesses, type Limits } from "../../reading/limits";
import { levelOf } from "../../reading/severity";
import { remarkOf } from "../../reading/text";
import { required } from "../shared/settings";
import type { Analysis, Telemetry } from "./telemetry";

export interface Settings {
  /** By field; a value beyond its limit is an anomaly. */
  limits: Limits;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  limits: JSON.parse(required(env, "LIMITS")) as Limits,
});

/** Describes what is unusual about a reading. */
export function createHandler({ limits }: Settings): (telemetry: Telemetry) => Promise<Analysis> {
  return async (telemetry) => {
    const remark = remarkOf(telemetry);
    const anomalies = [
      ...(levelOf(telemetry) === "critical"
        ? [`The device reports a critical state${remark ? `: ${remark}` : ""}.`]
        : []),
      ...describeExcesses(telemetry, limits),
    ];
    return { anomalies, hasAnomalies: anomalies.length > 0 };
  };
}
