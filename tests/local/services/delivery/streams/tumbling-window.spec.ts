import * as assert from "node:assert/strict";
import {
  createWindows,
  type WindowContext,
} from "../../../../../local/services/delivery/streams/tumbling-window";
import type { StreamRecord } from "../../../../../local/services/delivery/streams/stream-record";

/** Seconds after a full minute. */
const at = (second: number): StreamRecord =>
  ({ sequenceNumber: String(second), arrival: new Date(second * 1000) }) as StreamRecord;

describe("tumbling windows", () => {
  let finished: WindowContext[];
  let now: number;
  let processed: [number, string[]][];

  const make = () => {
    finished = [];
    processed = [];
    now = 0;
    const windows = createWindows({
      seconds: 60,
      now: () => now,
      finish: async (context) => void finished.push(context),
    });
    const process = async (records: StreamRecord[]): Promise<void> => {
      processed.push([
        Date.parse(windows.context().window.start) / 1000,
        records.map(({ sequenceNumber }) => sequenceNumber),
      ]);
      const { state } = windows.context() as { state: { count?: number } };
      await windows.keep({ count: (state.count ?? 0) + records.length });
    };
    return { windows, process };
  };

  it("keeps state within a window and passes it to the last invocation", async () => {
    const { windows, process } = make();
    await windows.deliver([at(1), at(59)], process);
    await windows.deliver([at(59), at(60), at(119)], process);
    assert.deepEqual(processed, [
      [0, ["1", "59"]],
      [0, ["59"]],
      [60, ["60", "119"]],
    ]);
    assert.deepEqual(finished, [
      {
        window: { start: "1970-01-01T00:00:00Z", end: "1970-01-01T00:01:00Z" },
        state: { count: 3 },
        isFinalInvokeForWindow: true,
        isWindowTerminatedEarly: false,
      },
    ]);
    assert.deepEqual(windows.context().state, { count: 2 });
  });

  it("closes a window when its time is over and no more records arrive", async () => {
    const { windows, process } = make();
    await windows.deliver([at(1)], process);
    now = 59_999;
    assert.equal(windows.isOver(), false);
    await windows.deliver([], process);
    assert.deepEqual(finished, []);
    now = 60_000;
    assert.equal(windows.isOver(), true);
    await windows.deliver([], process);
    assert.equal(finished.length, 1);
    assert.equal(windows.isOpen(), false);
  });

  it("assigns a late record to the open window", async () => {
    const { windows, process } = make();
    await windows.deliver([at(61)], process);
    await windows.deliver([at(59)], process);
    assert.deepEqual(processed, [
      [60, ["61"]],
      [60, ["59"]],
    ]);
  });

  it("closes a window early when its state exceeds a megabyte, and continues without state", async () => {
    const { windows, process } = make();
    await windows.deliver([at(1)], process);
    const heavy = { text: "x".repeat(1_048_576) };
    await windows.keep(heavy);
    assert.deepEqual(
      finished.map(({ state, isFinalInvokeForWindow, isWindowTerminatedEarly }) => [
        state === heavy,
        isFinalInvokeForWindow,
        isWindowTerminatedEarly,
      ]),
      [[true, true, true]],
    );
    assert.deepEqual(windows.context(), {
      window: { start: "1970-01-01T00:00:00Z", end: "1970-01-01T00:01:00Z" },
      state: {},
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    });
  });
});
