import { required } from "../settings";
import type { Limits } from "./decision";

export interface GateSettings {
  gateTableName: string;
  gateLimits: Limits;
}

/** Reads what `components/parts/gate.ts` writes into the environment. */
export const readGateSettings = (env: NodeJS.ProcessEnv): GateSettings => ({
  gateTableName: required(env, "GATE_TABLE_NAME"),
  gateLimits: JSON.parse(required(env, "GATE_LIMITS")) as Limits,
});
