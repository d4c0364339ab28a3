import type { StreamRecord } from "./stream-record";

/** The properties of an event that describe the window of its records. */
export interface WindowContext {
  /** ISO 8601. */
  window: { start: string; end: string };
  /** The state that the function returned last. */
  state: unknown;
  isFinalInvokeForWindow: boolean;
  isWindowTerminatedEarly: boolean;
}

/** The windows of one shard, one after the other. */
export interface Windows {
  /** Passes records on, each within its window, and closes windows that are over. */
  deliver(
    records: StreamRecord[],
    process: (records: StreamRecord[]) => Promise<void>,
  ): Promise<void>;
  isOpen(): boolean;
  /** True if the time of the open window is over. */
  isOver(): boolean;
  /** The context of the next invocation. */
  context(): WindowContext;
  /** Keeps the state that an invocation returned. */
  keep(state: unknown): Promise<void>;
}

export interface WindowsArgs {
  seconds: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Invokes without records, as the last invocation of a window. */
  finish: (context: WindowContext) => Promise<void>;
}

/** The most bytes of state per shard. */
const heaviestState = 1_048_576;

/**
 * Tumbling windows by the arrival time of records. A window ends when a record of a later one arrives, or when its time is over and
 * nothing is left to read. A state of more than 1 MB ends it early; AWS does not document which state the last invocation then
 * receives, here it is that state.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export function createWindows({ seconds, now, finish }: WindowsArgs): Windows {
  const length = seconds * 1000;
  let open: { start: number; state: unknown } | undefined;

  const context = (last = false, early = false): WindowContext => {
    const { start, state } = open ?? { start: 0, state: {} };
    const iso = (time: number): string => new Date(time).toISOString().replace(".000Z", "Z");
    return {
      window: { start: iso(start), end: iso(start + length) },
      state,
      isFinalInvokeForWindow: last,
      isWindowTerminatedEarly: early,
    };
  };

  async function close(early: boolean): Promise<void> {
    if (!open) return;
    const last = context(true, early);
    await finish(last);
    open = early ? { start: open.start, state: {} } : undefined;
  }

  const isOver = (): boolean => open !== undefined && now() >= open.start + length;

  return {
    isOpen: () => open !== undefined,
    isOver,
    context: () => context(),
    async deliver(records, process) {
      if (records.length === 0 && isOver()) return close(false);
      for (const { start, records: part } of byWindow(records, length)) {
        if (open && start > open.start) await close(false);
        open ??= { start, state: {} };
        await process(part);
      }
    },
    async keep(state) {
      if (open) open.state = state;
      if (Buffer.byteLength(JSON.stringify(state ?? null)) > heaviestState) await close(true);
    },
  };
}

/** Groups consecutive records by window, in order. */
function byWindow(
  records: readonly StreamRecord[],
  length: number,
): { start: number; records: StreamRecord[] }[] {
  const groups: { start: number; records: StreamRecord[] }[] = [];
  for (const record of records) {
    const start = Math.floor(record.arrival.getTime() / length) * length;
    const last = groups.at(-1);
    if (last?.start === start) last.records.push(record);
    else groups.push({ start, records: [record] });
  }
  return groups;
}
