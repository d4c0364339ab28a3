import { required } from "../shared/settings";
import type { DataApiSettings } from "./data-api";
import type { Tables } from "./statements";
import type { Clock } from "./warehouse";

/** How a callback reaches the warehouse. */
export interface WarehouseSettings extends DataApiSettings {
  tables: Tables;
  copyRoleArn: string;
}

export const readWarehouseSettings = (env: NodeJS.ProcessEnv): WarehouseSettings => ({
  workgroupName: required(env, "WORKGROUP_NAME"),
  database: required(env, "DATABASE"),
  tables: { readings: required(env, "READINGS_TABLE"), ledger: required(env, "LEDGER_TABLE") },
  copyRoleArn: required(env, "COPY_ROLE_ARN"),
});

/** A second between two looks, for versions of the SDK that do not wait in the call. */
export const systemClock: Clock = {
  now: () => Date.now(),
  pause: () => new Promise((resolve) => setTimeout(resolve, 1000)),
};
