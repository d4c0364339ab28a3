import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import type { Candidate, Limits } from "../../../../functions/shared/gate/decision";
import { createGate, type Gate, type Judgement } from "../../../../functions/shared/gate/gate";
import { receivedAt } from "../../../support/events";
import { memoryGate } from "../../../support/memory-gate";
import { logged } from "../../logged";

const limits: Limits = { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 };
const minute = 60_000;

/** A reading of `pump-7`, so many minutes after the full hour. */
const at = (minutes: number, changes: Partial<Candidate> = {}): Candidate => ({
  id: `reading-${minutes}`,
  deviceId: "pump-7",
  timestamp: receivedAt + minutes * minute,
  condition: "critical",
  receivedAt: receivedAt + minutes * minute,
  ...changes,
});

/** Judges readings one after the other and settles those that pass; returns what became of each. */
async function judgeEach(gate: Gate, candidates: Candidate[]): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const one of candidates) {
    const judgement = (await gate.judge([one])).get(one.id);
    assert.ok(judgement);
    judgements.push(judgement);
    if (judgement.kind === "act") await gate.settle(one);
  }
  return judgements;
}
const kinds = (judgements: Iterable<Judgement>) => [...judgements].map(({ kind }) => kind);
const acts = (judgements: Iterable<Judgement>) =>
  kinds(judgements).filter((kind) => kind === "act").length;

describe("A gate", () => {
  it("lets the first reading of a condition pass, and mutes those that follow", async () => {
    const gate = createGate(limits, memoryGate());
    const judgements = await judgeEach(gate, [at(0), at(1), at(2)]);
    assert.deepEqual(judgements, [
      { kind: "act", note: { muted: 0 } },
      { kind: "muted" },
      { kind: "muted" },
    ]);
  });

  it("lets a change of the condition pass, in both directions", async () => {
    const gate = createGate(limits, memoryGate());
    const warning = { condition: "warning" };
    const given = [at(0, warning), at(1), at(2, warning), at(3, warning)];
    assert.deepEqual(kinds(await judgeEach(gate, given)), ["act", "act", "act", "muted"]);
  });

  it("takes a condition as ended after the quiet time, and not before, however long it lasted", async () => {
    const gate = createGate(limits, memoryGate());
    // Every reading within a quarter of an hour keeps the condition going.
    const given = [at(0), at(14), at(28), at(43), at(58.1)];
    const judgements = await judgeEach(gate, given);
    assert.deepEqual(kinds(judgements), ["act", "muted", "muted", "muted", "act"]);
    assert.deepEqual(judgements.at(-1), { kind: "act", note: { muted: 3 } });
  });

  it("repeats a condition that lasts, with the number of readings in between", async () => {
    const gate = createGate(limits, memoryGate());
    const given = Array.from({ length: 25 }, (_, nth) => at(nth * 10));
    const judgements = await judgeEach(gate, given);
    assert.equal(acts(judgements), 2);
    assert.deepEqual(judgements.at(-1), { kind: "act", note: { muted: 23 } });
  });

  it("mutes a flapping device when its budget is used up, says so in the last, and goes on in the next hour", async () => {
    const gate = createGate(limits, memoryGate());
    const flapping = Array.from({ length: 59 }, (_, nth) =>
      at(nth, { condition: nth % 2 === 0 ? "critical" : "warning" }),
    );
    const judgements = await judgeEach(gate, flapping);
    assert.deepEqual(kinds(judgements).slice(0, 5), ["act", "act", "act", "act", "muted"]);
    assert.equal(acts(judgements), 4);
    assert.deepEqual(judgements[3], {
      kind: "act",
      note: { muted: 0, deviceMutedUntil: receivedAt + 60 * minute },
    });
    const [next] = await judgeEach(gate, [at(60)]);
    assert.deepEqual(next, { kind: "act", note: { muted: 55 } });
  });

  it("leaves other devices their alerts", async () => {
    const gate = createGate(limits, memoryGate());
    await judgeEach(
      gate,
      Array.from({ length: 50 }, (_, nth) => at(nth / 10)),
    );
    const [other] = await judgeEach(gate, [at(6, { id: "other", deviceId: "pump-8" })]);
    assert.equal(other?.kind, "act");
  });

  it("mutes all devices when the budget of all is used up, says so in the last, and goes on in the next hour", async () => {
    const ports = memoryGate();
    const gate = createGate({ ...limits, totalBudget: 3 }, ports);
    const of = (nth: number, minutes: number) =>
      at(minutes, { id: `${nth}#${minutes}`, deviceId: `pump-${nth}` });
    const judgements = await judgeEach(
      gate,
      [1, 2, 3, 4, 5].map((nth) => of(nth, 0)),
    );
    assert.deepEqual(kinds(judgements), ["act", "act", "act", "muted", "muted"]);
    assert.deepEqual(judgements[2], {
      kind: "act",
      note: { muted: 0, allMutedUntil: receivedAt + 60 * minute },
    });
    // What was muted is no condition that people know of: it passes as soon as there is a budget.
    assert.deepEqual(await judgeEach(gate, [of(4, 61)]), [{ kind: "act", note: { muted: 1 } }]);
  });

  it("does not let a device choose its hour: only the time of receipt counts", async () => {
    const gate = createGate(limits, memoryGate());
    const given = Array.from({ length: 40 }, (_, nth) =>
      at(nth / 100, { timestamp: receivedAt - nth * 3_600_000, condition: `c${nth % 2}` }),
    );
    assert.equal(acts(await judgeEach(gate, given)), 4);
  });

  it("gives a message that is processed late no further budget", async () => {
    const gate = createGate({ ...limits, deviceBudget: 1 }, memoryGate());
    const late = at(59, { id: "late", condition: "warning" });
    assert.deepEqual(kinds(await judgeEach(gate, [at(61), late])), ["act", "muted"]);
  });

  it("judges a batch as it judges its readings one by one, repetitions included", async () => {
    const given = [at(0), at(0), at(1), at(2, { condition: "warning" }), at(1)];
    const gate = createGate(limits, memoryGate());
    const batch = await gate.judge(given);
    assert.deepEqual(
      [...batch].map(([id, { kind }]) => [id, kind]),
      [
        ["reading-0", "act"],
        ["reading-1", "muted"],
        ["reading-2", "act"],
      ],
    );
  });

  it("admits a redelivery of what it admitted until that is settled, with the same note", async () => {
    const ports = memoryGate();
    const gate = createGate({ ...limits, deviceBudget: 1 }, ports);
    const first = await gate.judge([at(0)]);
    await judgeEach(gate, [at(1), at(2)]);
    const again = await gate.judge([at(0)]);
    assert.deepEqual(again, first);
    assert.deepEqual(kinds(first.values()), ["act"]);
    await gate.settle(at(0));
    assert.deepEqual(kinds((await gate.judge([at(0)])).values()), ["repeated"]);
    assert.deepEqual(ports.states.get("pump-7")?.pending, {});
  });

  it("counts a muted reading once, however often it is delivered", async () => {
    const ports = memoryGate();
    const gate = createGate(limits, ports);
    await judgeEach(gate, [at(0), at(1)]);
    assert.deepEqual(kinds(await judgeEach(gate, [at(1), at(1)])), ["repeated", "repeated"]);
    assert.equal(ports.states.get("pump-7")?.muted, 1);
    assert.deepEqual(
      [...ports.decided],
      [
        ["reading-0", "settled"],
        ["reading-1", "muted"],
      ],
    );
  });

  it("lets one of 1,000 simultaneous readings of a device pass, fails none and records every other", async () => {
    const ports = memoryGate();
    const given = Array.from({ length: 1000 }, (_, nth) => at(nth / minute));
    const judged = await Promise.all(
      given.map(async (one) => {
        // One gate per warm environment.
        const gate = createGate(limits, ports);
        const judgement = (await gate.judge([one])).get(one.id);
        if (judgement?.kind === "act") await gate.settle(one);
        return judgement;
      }),
    );
    const found = kinds(judged.flatMap((one) => one ?? []));
    assert.deepEqual(
      ["act", "muted", "repeated", "failed"].map((kind) => found.filter((k) => k === kind).length),
      [1, 999, 0, 0],
    );
    assert.equal(ports.decided.size, 1000);
    assert.equal(ports.states.get("pump-7")?.muted, 999);
    // What the losers took of the budget of all devices is given back.
    assert.deepEqual([...ports.taken.values()], [1]);
  });

  it("keeps both budgets and accounts for every reading, whatever comes at the same time", async () => {
    const event = fc.record({
      device: fc.integer({ min: 1, max: 3 }),
      condition: fc.constantFrom("critical", "warning"),
      minutes: fc.integer({ min: 0, max: 59 }),
      deliveries: fc.integer({ min: 1, max: 3 }),
      /** The handler dies after it has acted. */
      dies: fc.boolean(),
    });
    const budgets = fc.record({
      deviceBudget: fc.integer({ min: 1, max: 3 }),
      totalBudget: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), budgets, async (events, given) => {
        const ports = memoryGate();
        const passed: Candidate[] = [];
        const candidates = events.map((one, nth) =>
          at(one.minutes, {
            id: `r${nth}`,
            deviceId: `pump-${one.device}`,
            condition: one.condition,
          }),
        );
        const deliver = async (nth: number, dies: boolean) => {
          const gate = createGate({ ...limits, ...given }, ports);
          const candidate = candidates[nth];
          assert.ok(candidate);
          const judgement = (await gate.judge([candidate])).get(candidate.id);
          if (judgement?.kind !== "act") return assert.notEqual(judgement?.kind, "failed");
          passed.push(candidate);
          if (!dies) await gate.settle(candidate);
        };
        await Promise.all(
          events.flatMap((one, nth) =>
            Array.from({ length: one.deliveries }, () => deliver(nth, one.dies)),
          ),
        );
        // The source delivers again what died.
        for (const [nth, { dies }] of events.entries()) if (dies) await deliver(nth, false);
        const distinct = [...new Set(passed)];
        assert.ok(distinct.length <= given.totalBudget);
        for (const device of ["pump-1", "pump-2", "pump-3"])
          assert.ok(
            distinct.filter(({ deviceId }) => deviceId === device).length <= given.deviceBudget,
          );
        for (const { id } of candidates) {
          const expected = distinct.some((one) => one.id === id) ? "settled" : "muted";
          assert.equal(ports.decided.get(id), expected);
        }
        assert.ok(distinct.length > 0 || events.length === 0);
      }),
    );
  });

  it("fails every reading of a batch whose states it cannot read, and only the reading that it cannot record", async () => {
    const error = new Error("no table");
    const blind = createGate(limits, memoryGate({ read: () => Promise.reject(error) }));
    assert.deepEqual(
      await blind.judge([at(0), at(1)]),
      new Map([
        ["reading-0", { kind: "failed", error }],
        ["reading-1", { kind: "failed", error }],
      ]),
    );
    const ports = memoryGate();
    const { record } = ports;
    ports.record = (one) => (one.id === "reading-1" ? Promise.reject(error) : record(one));
    const judgements = await createGate(limits, ports).judge([at(0), at(1), at(2)]);
    assert.deepEqual(kinds(judgements.values()), ["act", "failed", "muted"]);
  });

  it("mutes although it cannot count, and says so", async () => {
    const gate = createGate(
      limits,
      memoryGate({ addMuted: () => Promise.reject(new Error("slow")) }),
    );
    const { answer, lines } = await logged(() => judgeEach(gate, [at(0), at(1)]));
    assert.deepEqual(kinds(answer), ["act", "muted"]);
    assert.deepEqual(lines, [
      {
        level: "warn",
        message: "muted readings not counted",
        deviceId: "pump-7",
        error: "Error: slow",
      },
    ]);
  });
});
