/** One step of one message. Tests and the audit wait for these events, never for a time. */
export type TraceEvent =
  | { kind: "published"; topic: string; payload: Uint8Array; clientId: string }
  | { kind: "refused"; clientId: string; action: string; resource: string; reason: string }
  | { kind: "rule-matched"; rule: string; topic: string; traceId: string }
  | { kind: "rule-failed"; rule: string; topic: string; traceId: string; reason: string }
  | { kind: "action-succeeded"; rule: string; action: string; traceId: string }
  | { kind: "action-failed"; rule: string; action: string; traceId: string; reason: string }
  | { kind: "error-action-succeeded"; rule: string; action: string; traceId: string }
  | { kind: "error-action-failed"; rule: string; action: string; traceId: string; reason: string }
  | { kind: "batch-succeeded"; source: string; functionName: string; records: number }
  | { kind: "batch-failed"; source: string; functionName: string; records: number; reason: string }
  | {
      kind: "records-set-aside";
      source: string;
      destination: string;
      records: number;
      reason: string;
    }
  | { kind: "notified"; topicArn: string; protocol: string; endpoint: string; messageId: string }
  | { kind: "notification-set-aside"; topicArn: string; endpoint: string; reason: string }
  | { kind: "piped"; pipe: string; records: number }
  | { kind: "pipe-failed"; pipe: string; records: number; reason: string }
  | { kind: "event-matched"; bus: string; rule: string; eventId: string }
  | { kind: "event-delivered"; rule: string; target: string; eventId: string }
  | { kind: "event-set-aside"; rule: string; target: string; eventId: string; reason: string }
  | { kind: "buffer-delivered"; deliveryStream: string; destination: string; records: number }
  | { kind: "buffer-failed"; deliveryStream: string; records: number; reason: string }
  | { kind: "alarm"; alarm: string; state: "OK" | "ALARM" }
  | { kind: "warning"; part: string; message: string };

type Listener = (event: TraceEvent) => void;

/** The events of the local run: each part emits what happens to a message, and any part may listen. */
export interface Trace {
  emit(event: TraceEvent): void;
  /** Calls the listener for every event; returns a function that removes it. */
  on(listener: Listener): () => void;
  /** Resolves with the first matching event from now on; rejects after `timeoutMs` with a message that names `what`. */
  until(
    what: string,
    fits: (event: TraceEvent) => boolean,
    timeoutMs?: number,
  ): Promise<TraceEvent>;
}

export function createTrace(): Trace {
  const listeners = new Set<Listener>();
  const on = (listener: Listener): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    on,
    emit: (event) => [...listeners].forEach((listener) => listener(event)),
    until: (what, fits, timeoutMs = 20_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          stop();
          reject(new Error(`Waited ${timeoutMs} ms for ${what}, which did not happen.`));
        }, timeoutMs);
        const stop = on((event) => {
          if (!fits(event)) return;
          clearTimeout(timer);
          stop();
          resolve(event);
        });
      }),
  };
}
