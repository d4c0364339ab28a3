import * as assert from "node:assert/strict";
import {
  isBalanced,
  settleAccount,
  verdict,
  type Accountable,
  type Found,
} from "../../../local/account/account";
import type { Entry } from "../../../local/account/ledger";

const entry = (hash: string, changes: Partial<Entry> = {}): Entry => ({
  hash,
  kind: "ok",
  fields: {},
  publishes: 1,
  ...changes,
});

const found = (changes: Partial<Record<keyof Found, string[]>>): Found => ({
  stored: new Set(changes.stored),
  quarantined: new Set(changes.quarantined),
  setAside: new Set(changes.setAside),
});

const accountable = (
  places: Parameters<typeof found>[0],
  changes: Partial<Accountable> = {},
): Accountable => ({
  integration: "iot-to-x",
  takes: () => true,
  find: async () => found(places),
  ...changes,
});

const settle = async (entries: Entry[], ...parts: Accountable[]) => {
  const lines = await settleAccount(entries, parts);
  return { lines, balanced: isBalanced(lines), sentences: verdict(lines, entries) };
};

describe("the final account", () => {
  it("balances when each message is in one place, by its hash or by its id", async () => {
    const entries = [
      entry("h1", { id: "a#1", publishes: 3 }),
      entry("h2"),
      entry("h3", { id: "a#3" }),
      entry("h4", { id: "a#4" }),
    ];
    const places = { stored: ["a#1"], quarantined: ["h2"], setAside: ["h3", "a#4"] };
    const { lines, balanced, sentences } = await settle(entries, accountable(places));
    assert.deepEqual(lines, [
      {
        integration: "iot-to-x",
        published: 6,
        repeated: 2,
        stored: 1,
        quarantined: 1,
        setAside: 2,
        lost: [],
        twice: [],
      },
    ]);
    assert.equal(balanced, true);
    assert.deepEqual(sentences, [
      "Every message is accounted for: 6 messages published, 2 of them repetitions, each found by its id where it belongs, none lost.",
    ]);
  });

  it("does not balance when one message is nowhere, and names it", async () => {
    const entries = [entry("h1", { id: "a#1" }), entry("0123456789abcdef", { kind: "empty" })];
    const { lines, balanced, sentences } = await settle(entries, accountable({ stored: ["a#1"] }));
    assert.deepEqual(lines[0]?.lost, [entries[1]]);
    assert.equal(balanced, false);
    assert.deepEqual(sentences, [
      "The account does not balance: 2 messages published, 0 of them repetitions.",
      "iot-to-x has nowhere 1: 0123456789ab (empty).",
    ]);
  });

  it("does not balance when one message is in two places", async () => {
    const entries = [entry("h1", { id: "a#1" })];
    const both = accountable({ stored: ["a#1"], setAside: ["h1"] });
    const { lines, balanced, sentences } = await settle(entries, both);
    assert.equal(balanced, false);
    assert.deepEqual([lines[0]?.setAside, lines[0]?.stored], [1, 0]);
    assert.equal(sentences[1], "iot-to-x has in two places 1: a#1 (ok).");
  });

  it("sees a message that was stored although it was quarantined", async () => {
    const both = accountable({ stored: ["a#1"], quarantined: ["h1"] });
    assert.equal((await settle([entry("h1", { id: "a#1" })], both)).balanced, false);
  });

  it("does not take another's reading of the same device and time for a quarantined message's", async () => {
    const entries = [entry("valid", { id: "a#1" }), entry("spoilt", { id: "a#1" })];
    const { lines, balanced } = await settle(
      entries,
      accountable({ stored: ["a#1"], quarantined: ["spoilt"] }),
    );
    assert.deepEqual([lines[0]?.stored, lines[0]?.quarantined, balanced], [1, 1, true]);
  });

  it("asks of an integration only what it takes", async () => {
    const entries = [entry("h1"), entry("h2", { fields: { status: "critical" }, publishes: 2 })];
    const { lines, balanced } = await settle(
      entries,
      accountable({ quarantined: ["h2"] }, { takes: ({ fields }) => fields.status === "critical" }),
    );
    assert.deepEqual([lines[0]?.published, lines[0]?.repeated, balanced], [2, 1, true]);
  });

  it("does not balance when one of several integrations does not", async () => {
    const entries = [entry("h1")];
    const { balanced, sentences } = await settle(
      entries,
      accountable({ quarantined: ["h1"] }),
      accountable({}, { integration: "iot-to-y" }),
    );
    assert.equal(balanced, false);
    assert.deepEqual(sentences.slice(1), ["iot-to-y has nowhere 1: h1 (ok)."]);
  });

  it("names five at most", async () => {
    const entries = Array.from({ length: 7 }, (_, index) => entry(`h${index}`));
    const { sentences } = await settle(entries, accountable({}));
    assert.equal(
      sentences[1],
      "iot-to-x has nowhere 7: h0 (ok), h1 (ok), h2 (ok), h3 (ok), h4 (ok) and others.",
    );
  });

  it("fails when a place cannot be looked into", async () => {
    const closed = accountable({}, { find: () => Promise.reject(new Error("The queue is gone.")) });
    await assert.rejects(settle([entry("h1")], closed), { message: "The queue is gone." });
  });
});
