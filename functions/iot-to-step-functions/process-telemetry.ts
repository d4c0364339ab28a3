import { describeExcesses, type Limits } from "../../reading/limits";
import { levelOf } from "../../reading/severity";
import { remarkOf } from "../../reading/text";
import { quotedText } from "../shared/quoted-text";
import { required } from "../shared/settings";
import type { Analysis, Telemetry } from "./telemetry";

export interface Settings {
  /** By field; a value beyond its limit is an anomaly. */
  limits: Limits;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  limits: JSON.parse(required(env, "LIMITS")) as Limits,
});

/** What an anomaly quotes of a device at most, in characters. */
const longestQuote = 256;

/** Describes what is unusual about a reading. The device's own words are quoted, cleaned and cut. */
export function createHandler({ limits }: Settings): (telemetry: Telemetry) => Promise<Analysis> {
  return async (telemetry) => {
    const said = quotedText(remarkOf(telemetry) ?? "", longestQuote);
    const anomalies = [
      ...(levelOf(telemetry) === "critical"
        ? [`The device reports a critical state.${said ? ` It says: "${said}"` : ""}`]
        : []),
      ...describeExcesses(telemetry, limits),
    ];
    return { anomalies, hasAnomalies: anomalies.length > 0 };
  };
}
