import * as assert from "node:assert/strict";
import {
  balance,
  conclusion,
  isBalanced,
  type AuditedIntegration,
  type FoundMessages,
} from "../../../local/audit/balance";
import type { PublishedMessage } from "../../../local/audit/published-messages";

const message = (hash: string, changes: Partial<PublishedMessage> = {}): PublishedMessage => ({
  hash,
  kind: "ok",
  fields: {},
  publishes: 1,
  ...changes,
});

const found = (changes: Partial<Record<keyof FoundMessages, string[]>>): FoundMessages => ({
  stored: new Set(changes.stored),
  muted: new Set(changes.muted),
  quarantined: new Set(changes.quarantined),
  setAside: new Set(changes.setAside),
});

const integration = (
  destinations: Parameters<typeof found>[0],
  changes: Partial<AuditedIntegration> = {},
): AuditedIntegration => ({
  integration: "iot-to-x",
  expects: () => true,
  find: async () => found(destinations),
  ...changes,
});

const audited = async (messages: PublishedMessage[], ...parts: AuditedIntegration[]) => {
  const results = await balance(messages, parts);
  return {
    results,
    balanced: isBalanced(results),
    sentences: conclusion(results, messages),
  };
};

describe("the balance of an audit", () => {
  it("counts log messages by themselves", async () => {
    const both = [message("h1", { id: "a#1" }), message("h2", { id: "a#2", channel: "logs" })];
    const { sentences } = await audited(both, integration({ stored: ["a#1", "a#2"] }));
    assert.match(
      sentences[0] ?? "",
      /: 1 messages and 1 log messages published, 0 of them repetitions, /,
    );
  });

  it("balances when readings of one device and time, which share an id, are in several destinations", async () => {
    const readings = ["h1", "h2", "h3"].map((hash) => message(hash, { id: "a#1" }));
    const both = await audited(readings, integration({ stored: ["a#1"], muted: ["a#1"] }));
    assert.equal(both.balanced, true);
    const [{ stored, muted } = { stored: 0, muted: 0 }] = both.results;
    assert.deepEqual([stored, muted], [1, 2]);

    const aside = { setAside: ["h2"], stored: ["a#1"] };
    const kept = await audited(readings, integration(aside));
    assert.equal(kept.balanced, true);
    assert.equal(kept.results[0]?.setAside, 1);

    const none = await audited(readings, integration({}));
    assert.equal(none.balanced, false);
    assert.equal(none.results[0]?.lost.length, 3);

    const one = message("h1", { id: "a#1" });
    const twice = await audited([one], integration({ stored: ["a#1"], muted: ["a#1"] }));
    assert.equal(twice.balanced, false);
    const more = { stored: ["a#1"], muted: ["a#1"], setAside: ["a#1"] };
    assert.equal((await audited(readings.slice(0, 2), integration(more))).balanced, false);
  });

  it("balances when each message is in one destination, by its hash or by its id", async () => {
    const messages = [
      message("h1", { id: "a#1", publishes: 3 }),
      message("h2"),
      message("h3", { id: "a#3" }),
      message("h4", { id: "a#4" }),
      message("h5", { id: "a#5" }),
    ];
    const destinations = {
      stored: ["a#1"],
      muted: ["a#5"],
      quarantined: ["h2"],
      setAside: ["h3", "a#4"],
    };
    const { results, balanced, sentences } = await audited(messages, integration(destinations));
    assert.deepEqual(results, [
      {
        integration: "iot-to-x",
        published: 7,
        repeated: 2,
        stored: 1,
        muted: 1,
        quarantined: 1,
        setAside: 2,
        lost: [],
        twice: [],
      },
    ]);
    assert.equal(balanced, true);
    assert.deepEqual(sentences, [
      "Every message is accounted for: 7 messages published, 2 of them repetitions, each found by its id where it belongs, none lost.",
    ]);
  });

  it("counts images apart from messages", async () => {
    const messages = [
      message("h1", { id: "a#1" }),
      message("h2", { id: "k@v1", channel: "images" }),
      message("h3", { id: "k@v2", channel: "images" }),
    ];
    const { sentences } = await audited(messages, integration({ stored: ["a#1", "k@v1", "k@v2"] }));
    assert.deepEqual(sentences, [
      "Every message is accounted for: 1 messages published, 0 of them repetitions, and 2 images uploaded, each found by its id where it belongs, none lost.",
    ]);
  });

  it("does not balance when a muted message was stored as well", async () => {
    const messages = [message("h1", { id: "a#1" })];
    const { results, balanced } = await audited(
      messages,
      integration({ stored: ["a#1"], muted: ["a#1"] }),
    );
    assert.deepEqual(results[0]?.twice, messages);
    assert.equal(balanced, false);
  });

  it("does not balance when one message is lost, and names it", async () => {
    const messages = [message("h1", { id: "a#1" }), message("0123456789abcdef", { kind: "empty" })];
    const { results, balanced, sentences } = await audited(
      messages,
      integration({ stored: ["a#1"] }),
    );
    assert.deepEqual(results[0]?.lost, [messages[1]]);
    assert.equal(balanced, false);
    assert.deepEqual(sentences, [
      "The audit does not balance: 2 messages published, 0 of them repetitions.",
      "iot-to-x lost 1: 0123456789ab (empty).",
    ]);
  });

  it("does not balance when one message is in two destinations", async () => {
    const messages = [message("h1", { id: "a#1" })];
    const both = integration({ stored: ["a#1"], setAside: ["h1"] });
    const { results, balanced, sentences } = await audited(messages, both);
    assert.equal(balanced, false);
    assert.deepEqual([results[0]?.setAside, results[0]?.stored], [1, 0]);
    assert.equal(sentences[1], "iot-to-x has in two destinations 1: a#1 (ok).");
  });

  it("detects a message that was stored although it was quarantined", async () => {
    const both = integration({ stored: ["a#1"], quarantined: ["h1"] });
    assert.equal((await audited([message("h1", { id: "a#1" })], both)).balanced, false);
  });

  it("does not confuse a quarantined message with another of the same device and time", async () => {
    const messages = [message("valid", { id: "a#1" }), message("spoilt", { id: "a#1" })];
    const { results, balanced } = await audited(
      messages,
      integration({ stored: ["a#1"], quarantined: ["spoilt"] }),
    );
    assert.deepEqual([results[0]?.stored, results[0]?.quarantined, balanced], [1, 1, true]);
  });

  it("finds readings in a sink that keeps one of each second", async () => {
    const keptAs = (id: string): string => id.replace(/\d{3}$/, "");
    const messages = [
      message("h1", { id: "a#1001" }),
      message("h2", { id: "a#1999" }),
      message("h3", { id: "a#2000" }),
    ];
    const { results } = await audited(messages, integration({ stored: ["a#1"] }, { keptAs }));
    assert.deepEqual(
      [results[0]?.stored, results[0]?.lost, results[0]?.twice],
      [2, [messages[2]], []],
    );
  });

  it("tells a reading that was set aside from another of the same second in such a sink", async () => {
    const keptAs = (id: string): string => id.replace(/\d{3}$/, "");
    const messages = [
      message("stored", { id: "a#1001" }),
      message("aside", { id: "a#1002" }),
      message("spoilt", { id: "a#1003" }),
      message("both", { id: "a#2000" }),
    ];
    const { results } = await audited(
      messages,
      integration(
        { stored: ["a#1", "a#2"], setAside: ["aside", "both"], quarantined: ["spoilt"] },
        { keptAs },
      ),
    );
    assert.deepEqual(
      [results[0]?.stored, results[0]?.setAside, results[0]?.quarantined, results[0]?.twice],
      [1, 2, 1, [messages[3]]],
    );
  });

  it("expects only the messages of the integration", async () => {
    const messages = [
      message("h1"),
      message("h2", { fields: { status: "critical" }, publishes: 2 }),
    ];
    const { results, balanced } = await audited(
      messages,
      integration(
        { quarantined: ["h2"] },
        { expects: ({ fields }) => fields.status === "critical" },
      ),
    );
    assert.deepEqual([results[0]?.published, results[0]?.repeated, balanced], [2, 1, true]);
  });

  it("does not balance when one of several integrations does not", async () => {
    const messages = [message("h1")];
    const { balanced, sentences } = await audited(
      messages,
      integration({ quarantined: ["h1"] }),
      integration({}, { integration: "iot-to-y" }),
    );
    assert.equal(balanced, false);
    assert.deepEqual(sentences.slice(1), ["iot-to-y lost 1: h1 (ok)."]);
  });

  it("names five at most", async () => {
    const messages = Array.from({ length: 7 }, (_, index) => message(`h${index}`));
    const { sentences } = await audited(messages, integration({}));
    assert.equal(
      sentences[1],
      "iot-to-x lost 7: h0 (ok), h1 (ok), h2 (ok), h3 (ok), h4 (ok) and others.",
    );
  });

  it("fails when a destination cannot be read", async () => {
    const closed = integration({}, { find: () => Promise.reject(new Error("The queue is gone.")) });
    await assert.rejects(audited([message("h1")], closed), { message: "The queue is gone." });
  });
});
