import type { Connection } from "../delivery/connection";
import { startAlarmEvaluation, type AlarmEvaluationArgs } from "./alarm-evaluation";
import type { MetricAlarmInputs } from "./watch";

/** The alarms of the program; they are evaluated once `start` is called. */
export interface Alarms extends Connection {
  add(inputs: MetricAlarmInputs): void;
  start(): void;
}

export function createAlarms(args: Omit<AlarmEvaluationArgs, "alarms">): Alarms {
  const alarms: MetricAlarmInputs[] = [];
  let evaluation: Connection | undefined;
  return {
    add: (inputs) => void alarms.push(inputs),
    start: () => void (evaluation = startAlarmEvaluation({ ...args, alarms })),
    idle: async () => evaluation?.idle(),
    stop: async () => evaluation?.stop(),
  };
}
