import * as assert from "node:assert/strict";
import { createTrace, type TraceEvent } from "../../local/trace";

const warning = (message: string): TraceEvent => ({ kind: "warning", part: "test", message });
const isWarning = (message: string) => (event: TraceEvent) =>
  event.kind === "warning" && event.message === message;

describe("The trace", () => {
  it("passes every event to every listener, in order, until it stops listening", () => {
    const trace = createTrace();
    const [first, second]: TraceEvent[][] = [[], []];
    const stop = trace.on((event) => first?.push(event));
    trace.on((event) => second?.push(event));
    trace.emit(warning("a"));
    stop();
    trace.emit(warning("b"));
    assert.deepEqual(first, [warning("a")]);
    assert.deepEqual(second, [warning("a"), warning("b")]);
  });

  it("lets a listener stop another while an event is emitted", () => {
    const trace = createTrace();
    const heard: string[] = [];
    trace.on(() => {
      heard.push("first");
      stop();
    });
    const stop = trace.on(() => heard.push("second"));
    trace.emit(warning("a"));
    trace.emit(warning("b"));
    assert.deepEqual(heard, ["first", "second", "first"]);
  });

  it("resolves with the first event from now on that fits", async () => {
    const trace = createTrace();
    trace.emit(warning("b"));
    let resolved = false;
    const waiting = trace.until("b", isWarning("b"));
    void waiting.then(() => (resolved = true));
    trace.emit(warning("a"));
    await new Promise(setImmediate);
    assert.equal(resolved, false);
    trace.emit(warning("b"));
    assert.deepEqual(await waiting, warning("b"));
  });

  it("reports the event it waited for in vain, and stops listening", async () => {
    const trace = createTrace();
    let asked = 0;
    const waiting = trace.until("a delivery", () => ++asked > 1, 1);
    trace.emit(warning("a"));
    await assert.rejects(waiting, {
      message: "Waited 1 ms for a delivery, which did not happen.",
    });
    trace.emit(warning("b"));
    assert.equal(asked, 1);
  });
});
