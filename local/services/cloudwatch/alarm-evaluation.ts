import { CloudWatchClient, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { pause } from "../delivery/pause";
import { mathValuesOf } from "./math-values";
import { valuesOf } from "./metric-values";
import { createQueueFunctionErrors } from "./queue-function-errors";
import { createQueueMetrics } from "./queue-metrics";
import { createRuleCounts, type RuleTotals } from "./rule-counts";
import { watchOf, type MetricAlarmInputs, type Watch } from "./watch";
import { createWorkflowMetrics } from "./workflow-metrics";

export interface AlarmEvaluationArgs {
  clients: Clients;
  trace: Trace;
  /** Alarms that exist on the emulator. */
  alarms: MetricAlarmInputs[];
  /** Returns what topic rules have counted so far. */
  ruleMetrics: () => RuleTotals;
  /** The emulator's log file, from which errors are read that it counts in no metric. @default nothing is read */
  emulatorLog?: string;
  /** Between two evaluations; AWS evaluates once a minute. @default 5,000 */
  intervalMilliseconds?: number;
}

/** Alarms that are evaluated while this runs. */
export interface Alarms {
  /** Resolves when all were evaluated within the last interval. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Evaluated {
  inputs: MetricAlarmInputs;
  watch: Exclude<Watch, { kind: "nothing" }>;
  state: "INSUFFICIENT_DATA" | "OK" | "ALARM";
}

/**
 * Evaluates alarms and sets their state, upon which the emulator notifies their topics. The emulator's own evaluation ignores
 * dimensions and queries. An alarm fires at the first evaluation above its threshold; it returns to OK after a whole period below,
 * which notifies the topic too, as on AWS.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function startAlarmEvaluation(args: AlarmEvaluationArgs): Alarms {
  const { clients, trace, ruleMetrics, emulatorLog, intervalMilliseconds = 5_000 } = args;
  const alarms = args.alarms.flatMap((inputs): Evaluated[] => {
    const watch = watchOf(inputs);
    return watch.kind === "nothing" ? [] : [{ inputs, watch, state: "INSUFFICIENT_DATA" }];
  });
  const single = alarms.flatMap(({ watch }) => (watch.kind === "metric" ? [watch] : []));
  const math = alarms.flatMap(({ watch }) => (watch.kind === "math" ? [watch] : []));
  const metrics = [...single, ...math.flatMap((watch) => [...watch.metrics.values()])];
  const longest = Math.max(0, ...alarms.map(({ watch }) => watch.seconds));
  const counts = createRuleCounts(ruleMetrics, longest);
  const putQueueMetrics = createQueueMetrics(clients);
  const putWorkflowMetrics = createWorkflowMetrics(clients, trace);
  const putQueueFunctionErrors =
    emulatorLog === undefined
      ? () => Promise.resolve()
      : createQueueFunctionErrors({ clients, trace, logFile: emulatorLog });
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const started = Date.now();
  let evaluated = started;
  let evaluation = Promise.resolve();

  async function evaluate(): Promise<void> {
    evaluated = Date.now();
    await putQueueMetrics(metrics);
    await putWorkflowMetrics(metrics);
    await putQueueFunctionErrors();
    counts.look();
    const found = await valuesOf(clients, single);
    const values = new Map<Evaluated["watch"], number | undefined>([
      ...single.map((watch, index) => [watch, found[index]] as const),
      ...(await mathValuesOf(clients, math)),
    ]);
    for (const alarm of alarms) {
      const { watch } = alarm;
      await judge(alarm, watch.kind === "rule" ? counts.of(watch) : values.get(watch));
    }
  }

  async function judge(alarm: Evaluated, value = 0): Promise<void> {
    const { name, threshold = Infinity } = alarm.inputs;
    const fires = value > threshold;
    if (!fires && Date.now() - started < alarm.watch.seconds * 1000) return;
    const state = fires ? "ALARM" : "OK";
    if (state === alarm.state) return;
    const { metricName, seconds } = alarm.watch;
    const StateReason = `${metricName} is ${value} over ${seconds} s; the alarm fires above ${threshold}.`;
    await clients
      .get(CloudWatchClient)
      .send(new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason }));
    alarm.state = state;
    trace.emit({ kind: "alarm", alarm: name, state });
  }

  /** Runs one evaluation after another; one that fails is repeated at the next interval. */
  function next(): Promise<void> {
    evaluation = evaluation.then(evaluate).catch((error: unknown) => {
      if (stopped.aborted) return;
      const message = `Alarms were not evaluated: ${String(error)}`;
      trace.emit({ kind: "warning", part: "alarms", message });
    });
    return evaluation;
  }

  async function keepOn(): Promise<void> {
    for (;;) {
      await pause(intervalMilliseconds, stopped);
      if (stopped.aborted) return;
      await next();
    }
  }
  const running = alarms.length > 0 ? keepOn() : Promise.resolve();

  return {
    async idle() {
      if (alarms.length > 0 && Date.now() - evaluated >= intervalMilliseconds) await next();
      await evaluation;
    },
    async stop() {
      stopping.abort();
      await running;
      await evaluation;
    },
  };
}
