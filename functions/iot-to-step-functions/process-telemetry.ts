import { required } from "../shared/settings";
import type { Analysis, Telemetry } from "./telemetry";

export interface Settings {
  /** °C; above it a reading is an anomaly. */
  temperatureLimit: number;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  temperatureLimit: Number(required(env, "TEMPERATURE_LIMIT")),
});

/** Says what is unusual about a reading. */
export function createHandler({
  temperatureLimit,
}: Settings): (telemetry: Telemetry) => Promise<Analysis> {
  return async ({ status, temperature, message }) => {
    const anomalies = [
      ...(status === "critical" ? [`The device reports a critical state${said(message)}.`] : []),
      ...(temperature > temperatureLimit
        ? [`The temperature is ${temperature} °C, above the limit of ${temperatureLimit} °C.`]
        : []),
    ];
    return { anomalies, hasAnomalies: anomalies.length > 0 };
  };
}

const said = (message: string | undefined): string => (message ? `: ${message}` : "");
