import { randomUUID } from "node:crypto";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { putLines } from "../delivery/targets/log-group";
import type { PipeInputs } from "./pipe-inputs";

/** The log records of one execution. */
export interface ExecutionLog {
  error(step: string, message: string): void;
  info(step: string): void;
}

export interface PipeLog {
  /** `payload` returns the events of the source. */
  execution(payload: () => unknown): ExecutionLog;
  /** Resolves when everything is written. */
  idle(): Promise<void>;
}

/**
 * Writes records of failed steps, and at level INFO of executions, to the pipe's log group. AWS delivers them through its own log
 * service, so no role is checked.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs-schema.html
 */
export function createPipeLog(
  clients: Clients,
  trace: Trace,
  { name, logConfiguration }: PipeInputs,
  pipeArn: string,
): PipeLog {
  const level = logConfiguration?.level ?? "OFF";
  const groupArn = logConfiguration?.cloudwatchLogsLogDestination?.logGroupArn;
  const withData = logConfiguration?.includeExecutionDatas?.includes("ALL") ?? false;
  let writing = Promise.resolve();

  const write = (record: object): void => {
    if (!groupArn) return;
    const put = (): Promise<void> =>
      putLines(clients, { groupArn, stream: name }, [JSON.stringify(record)]).catch(
        (error: unknown) => {
          const message = `The log of pipe ${name} is incomplete: ${String(error)}`;
          trace.emit({ kind: "warning", part: "pipe", message });
        },
      );
    writing = writing.then(put);
  };

  return {
    idle: () => writing,
    execution(payload) {
      const executionId = randomUUID();
      const record = (logLevel: string, messageType: string, error?: object): void =>
        write({
          executionId,
          timestamp: new Date().toISOString(),
          messageType,
          resourceArn: pipeArn,
          logLevel,
          ...(withData && { payload: JSON.stringify(payload()) }),
          ...(error && { error }),
        });
      return {
        error: (step, message) => {
          if (level !== "OFF") record("ERROR", step, { message });
        },
        info: (step) => {
          if (level === "INFO") record("INFO", step);
        },
      };
    },
  };
}
