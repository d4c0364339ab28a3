import type * as pulumi from "@pulumi/pulumi";
import type { Limits } from "../../functions/shared/gate/decision";
import type { AlarmTarget } from "./alarm";
import { allow, type Statement } from "./policy-document";
import { wholeNumber } from "./settings/json-kinds";
import { Table } from "./table";

/** What a function needs to use a gate. */
export interface Gate {
  table: Table;
  environment: Record<string, pulumi.Input<string>>;
  statements: Statement[];
}

export interface GateArgs {
  limits: Limits;
  alarms: AlarmTarget;
}

/**
 * Creates the table by which a function decides which readings pass: those that change the condition of their device, within a budget
 * per device and one for all devices (docs/decisions/0042-alerts-follow-conditions.md). Its items expire.
 */
export function createGate(
  name: string,
  { limits, alarms }: GateArgs,
  opts: pulumi.ComponentResourceOptions,
): Gate {
  const table = new Table(
    name,
    { partitionKey: "id", expiry: "expiresAt", deletionProtection: false, alarms },
    opts,
  );
  return {
    table,
    environment: { GATE_TABLE_NAME: table.resource.name, GATE_LIMITS: JSON.stringify(limits) },
    statements: [
      allow(
        "DecideByGate",
        ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        table.arn,
      ),
    ],
  };
}

/** The settings of a gate; `what` passes it, such as `alerts`. */
export const gateSettings = (
  what: string,
  defaults: Limits,
): Record<keyof Limits, ReturnType<typeof wholeNumber>> => ({
  deviceBudget: wholeNumber({
    ...{ from: 1, to: 1000, default: defaults.deviceBudget },
    description: `The most ${what} of one device in an hour; further ones are muted.`,
  }),
  totalBudget: wholeNumber({
    ...{ from: 1, to: 100_000, default: defaults.totalBudget },
    description: `The most ${what} of all devices in an hour; further ones are muted.`,
  }),
  quietMinutes: wholeNumber({
    ...{ from: 1, to: 1440, default: defaults.quietMinutes },
    description: `Minutes without a reading of the same condition after which the condition has ended, so that the next one passes.`,
  }),
  repeatMinutes: wholeNumber({
    ...{ from: 1, to: 10_080, default: defaults.repeatMinutes },
    description: `Minutes after which a condition that lasts passes again.`,
  }),
});
