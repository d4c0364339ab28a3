import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { createLogParser, logKeyOf } from "../../../functions/iot-to-comprehend/log-message";
import { envelopeOf, receivedAt } from "../../support/events";
import { analyser, failed, logOf, neutral, negative, refusal, serviceOf } from "./service";

const nothingElse = { Negative: 0, Duplicates: 0, Quarantined: 0, Failed: 0 };
const english = { language: "en" };
const texts = (count: number): string[] => Array.from({ length: count }, (_, nth) => `text ${nth}`);

describe("The analyser of iot-to-comprehend", () => {
  it("stores the sentiment of a message with its text, language and scores", async () => {
    const service = serviceOf();
    const { answer, counts } = await analyser(service)(logOf("bad valve", english));
    assert.deepEqual(answer, failed());
    assert.deepEqual(service.stored, [
      {
        ...{ deviceId: "pump-7", timestamp: receivedAt, receivedAt, language: "en" },
        logKey: logKeyOf({ timestamp: receivedAt, text: "bad valve", language: "en" }),
        ...{ ...negative, text: "bad valve" },
        expiresAt: receivedAt / 1000 + 90 * 86_400,
      },
    ]);
    assert.deepEqual(counts, { Received: 1, Stored: 1, ...nothingElse, Negative: 1 });
  });

  it("analyses a thousand messages of one language in 40 calls", async () => {
    const service = serviceOf();
    const analyse = analyser(service);
    const bodies = texts(1000).map((text) => logOf(text, english));
    for (let first = 0; first < 1000; first += 250)
      assert.deepEqual((await analyse(...bodies.slice(first, first + 250))).answer, failed());
    assert.equal(service.calls.length, 40);
    assert.ok(service.calls.every((call) => call.texts.length === 25));
    assert.equal(service.stored.length, 1000);
  });

  it("detects languages in batches, and calls for each language by itself", async () => {
    const service = serviceOf();
    await analyser(service)(
      logOf("[de] schlecht"),
      logOf("good", english),
      logOf("[de] gut"),
      logOf("better"),
      logOf("schon gut", { language: "de-AT" }),
    );
    assert.deepEqual(service.calls, [
      { operation: "language", texts: ["[de] schlecht", "[de] gut", "better"] },
      ...[
        { language: "de", texts: ["[de] schlecht", "[de] gut", "schon gut"] },
        { language: "en", texts: ["good", "better"] },
      ].map((call) => ({ operation: "sentiment", ...call })),
    ]);
    assert.deepEqual(
      service.stored.map(({ language }) => language),
      ["de", "de", "de", "en", "en"],
    );
  });

  it("sends and stores at most 5,000 bytes of a text, cut between characters", async () => {
    const service = serviceOf();
    await analyser(service)(logOf(`a${"é".repeat(3000)}`, english));
    const cut = `a${"é".repeat(2499)}`;
    assert.deepEqual(service.calls[0]?.texts, [cut]);
    assert.deepEqual([service.stored[0]?.text, service.stored[0]?.cut], [cut, true]);
  });

  it("sends no blank text: of a text that is too long, blanks at the start are left out before it is cut", async () => {
    const service = serviceOf();
    const blanks = " \n".repeat(2500);
    const words = "é".repeat(2500);
    await analyser(service)(
      ...[`${blanks}leak`, `${blanks}${words}s`, "  leak"].map((text) => logOf(text, english)),
    );
    assert.deepEqual(service.calls[0]?.texts, ["leak", words, "  leak"]);
    assert.deepEqual(
      service.stored.map(({ text, cut }) => [text, cut]),
      [
        ["leak", undefined],
        [words, true],
        ["  leak", undefined],
      ],
    );
  });

  it("analyses and stores repetitions once, and keeps other texts of the same time", async () => {
    const service = serviceOf();
    const { answer, counts } = await analyser(service)(
      ...["a", "a", "b"].map((text) => logOf(text, english)),
      logOf("a", english, receivedAt - 1),
    );
    assert.deepEqual(answer, failed());
    assert.deepEqual(service.calls[0]?.texts, ["a", "b", "a"]);
    assert.deepEqual(
      service.stored.map(({ timestamp, text }) => [timestamp - receivedAt, text]),
      [
        [0, "a"],
        [0, "b"],
        [-1, "a"],
      ],
    );
    assert.equal(new Set(service.stored.map(({ logKey }) => logKey)).size, 3);
    assert.deepEqual(counts, { Received: 4, Stored: 4, ...nothingElse, Duplicates: 1 });
  });

  it("sorts a device's keys by time", () => {
    const keys = [5, 999_999_999_999, 1_795_478_400_000].map((timestamp) =>
      logKeyOf({ timestamp, text: "a" }),
    );
    assert.deepEqual([...keys].sort(), keys);
  });

  it("makes no call without messages", async () => {
    const service = serviceOf();
    const { counts } = await analyser(service)();
    assert.deepEqual(service.calls, []);
    assert.deepEqual(counts, { Received: 0, Stored: 0, ...nothingElse });
  });
});

describe("Messages that have no sentiment", () => {
  for (const [what, body, reason, detail] of [
    [
      "no log message",
      envelopeOf("text", { channel: "logs" }),
      "not-an-object",
      'The payload is "text"; it must be a JSON object.',
    ],
    ["no text", logOf(undefined), "missing-field", "text is missing."],
    ["no time", logOf("a", { timestamp: undefined }), "missing-field", "timestamp is missing."],
    ["a number as text", logOf(5), "wrong-type", "text is 5; it must be a text."],
    [
      "a time as text",
      logOf("a", { timestamp: "now" }),
      "wrong-type",
      'timestamp is "now"; it must be a whole number of milliseconds since the epoch.',
    ],
    [
      "a language that is no tag",
      logOf("a", { language: 5 }),
      "wrong-type",
      "language is 5; it must be a language tag.",
    ],
    [
      "a clock that is ahead",
      logOf("a", { timestamp: receivedAt + 300_001 }),
      "clock-ahead",
      `timestamp is ${receivedAt + 300_001}, more than 5 minutes after ${receivedAt}, when it was received; check the device's clock.`,
    ],
    [
      "an empty text",
      logOf(" \n"),
      "empty-text",
      "text has no character that can be read; it must have some.",
    ],
    [
      "a language without sentiment",
      logOf("slecht", { language: "nl-NL" }),
      "unsupported-language",
      'language is "nl-NL"; Comprehend detects sentiment in en, es, fr, de, it, pt, ar, hi, ja, ko, zh and zh-TW.',
    ],
  ] as const)
    it(`are quarantined before any call: ${what}`, async () => {
      const service = serviceOf();
      const { answer, counts } = await analyser(service)(body);
      assert.deepEqual([answer, service.calls, service.stored], [failed(), [], []]);
      assert.deepEqual(service.quarantined, [{ reason, detail, ...(JSON.parse(body) as object) }]);
      assert.deepEqual(counts, { Received: 1, Stored: 0, ...nothingElse, Quarantined: 1 });
    });

  it("are quarantined when their language is detected, before the call for sentiment", async () => {
    const service = serviceOf();
    const bodies = ["[nl] slecht", "fine", "[] ..."].map((text) => logOf(text));
    const { answer, counts } = await analyser(service)(...bodies);
    assert.deepEqual(answer, failed());
    assert.deepEqual(service.calls[1]?.texts, ["fine"]);
    assert.deepEqual(
      service.quarantined.map(({ reason, detail }) => [reason, detail.split(";")[0]]),
      [
        ["unsupported-language", 'The text is in the language "nl"'],
        ["unsupported-language", "No language was detected"],
      ],
    );
    assert.deepEqual(counts, { Received: 3, Stored: 1, ...nothingElse, Quarantined: 2 });
  });

  it("are returned if the quarantine does not take them", async () => {
    const service = serviceOf();
    service.quarantine = async () => [0];
    const { answer } = await analyser(service)(logOf("[nl] slecht"), logOf("fine"));
    assert.deepEqual(answer, failed(1));
  });
});

describe("A failure of Comprehend", () => {
  it("of one text returns exactly its messages", async () => {
    const service = serviceOf({ errors: (text, call) => call === "sentiment" && text === "b" });
    const { answer, counts } = await analyser(service)(
      ...["a", "b", "c", "b"].map((text) => logOf(text, english)),
    );
    assert.deepEqual(answer, failed(2, 4));
    assert.deepEqual(
      service.stored.map(({ text }) => text),
      ["a", "c"],
    );
    assert.deepEqual(counts, { Received: 4, Stored: 2, ...nothingElse, Duplicates: 1, Failed: 2 });
  });

  it("to detect a language returns exactly that message", async () => {
    const service = serviceOf({ errors: (text, call) => call === "language" && text === "a" });
    const { answer } = await analyser(service)(logOf("a"), logOf("b"));
    assert.deepEqual(answer, failed(1));
    assert.deepEqual(service.calls[1]?.texts, ["b"]);
  });

  it("to answer for a text returns its message", async () => {
    const service = serviceOf();
    service.detectSentiments = async () => ({
      results: [{ index: 1, result: neutral }],
      errors: [],
    });
    const { answer } = await analyser(service)(logOf("a", english), logOf("b", english));
    assert.deepEqual(answer, failed(1));
  });

  for (const name of ["ThrottlingException", "InternalServerException", "AccessDeniedException"])
    it(`of a call (${name}) returns the messages that were not analysed, and makes no more calls`, async () => {
      const service = serviceOf({
        during: ({ texts: [first] }) => {
          if (first === "text 25") throw refusal(name);
        },
      });
      const bodies = texts(60).map((text) => logOf(text, english));
      const { answer } = await analyser(service)(...bodies, logOf("gut", { language: "de" }));
      const rest = Array.from({ length: 36 }, (_, nth) => nth + 26);
      assert.deepEqual(answer, failed(...rest));
      assert.equal(service.calls.length, 2);
      assert.deepEqual([service.stored.length, service.aside], [25, []]);
    });

  for (const name of ["InvalidRequestException", "TextSizeLimitExceededException"])
    it(`that one text causes (${name}) sets exactly that text aside`, async () => {
      const service = serviceOf({
        during: (call) => {
          if (call.texts.includes("text 7")) throw refusal(name);
        },
      });
      const bodies = texts(25).map((text) => logOf(text, english));
      const { answer, counts } = await analyser(service)(...bodies);
      assert.deepEqual(answer, failed());
      assert.deepEqual(service.aside, [
        {
          reason: "refused-by-comprehend",
          detail: `${name}: refused`,
          ...(JSON.parse(bodies[7] ?? "") as object),
        },
      ]);
      assert.equal(service.stored.length, 24);
      // Halves, until the text is alone.
      assert.ok(service.calls.length <= 11, `${service.calls.length} calls`);
      assert.deepEqual(counts, { Received: 25, Stored: 24, ...nothingElse, Failed: 1 });
    });

  it("that every text causes ends after 120 calls, and returns what is left", async () => {
    const service = serviceOf({
      during: () => {
        throw refusal("InvalidRequestException");
      },
    });
    const { answer } = await analyser(service)(...texts(250).map((text) => logOf(text, english)));
    assert.equal(service.calls.length, 120);
    assert.equal(service.aside.length + answer.batchItemFailures.length, 250);
  });

  it("returns a refused message that the failures queue does not take", async () => {
    const service = serviceOf({
      during: () => {
        throw refusal("InvalidRequestException");
      },
    });
    service.setAside = async () => [0];
    const { answer } = await analyser(service)(logOf("a", english));
    assert.deepEqual(answer, failed(1));
  });
});

describe("A failure of the table", () => {
  it("returns exactly the messages that were not stored", async () => {
    const service = serviceOf();
    service.store = async ([first]) => new Set([`${first?.deviceId} ${first?.logKey}`]);
    const { answer, counts } = await analyser(service)(
      ...["bad", "b", "bad"].map((text) => logOf(text, english)),
    );
    assert.deepEqual(answer, failed(1, 3));
    assert.deepEqual(counts, { Received: 3, Stored: 1, ...nothingElse, Duplicates: 1, Failed: 2 });
  });
});

describe("Redaction", () => {
  const redacting = { redact: true };

  it("stores an English or Spanish text without its personal data, analysed as it was written", async () => {
    const service = serviceOf();
    await analyser(service, redacting)(logOf("🛠 bad, says @Ann.", english));
    assert.deepEqual(
      service.calls.map(({ operation, language, texts }) => [operation, language, texts[0]]),
      [
        ["sentiment", "en", "🛠 bad, says @Ann."],
        ["personal", "en", "🛠 bad, says @Ann."],
      ],
    );
    const { text, sentiment, redaction } = service.stored[0] ?? {};
    assert.deepEqual([text, sentiment, redaction], ["🛠 bad, says [NAME].", "NEGATIVE", "done"]);
  });

  it("stores no text of another language, and asks for no personal data in it", async () => {
    const service = serviceOf();
    await analyser(service, redacting)(logOf("[de] @Ann"));
    assert.deepEqual(
      service.calls.map(({ operation }) => operation),
      ["language", "sentiment"],
    );
    const { redaction, sentiment } = service.stored[0] ?? {};
    assert.deepEqual([redaction, sentiment], ["not possible", "NEUTRAL"]);
    assert.equal("text" in (service.stored[0] ?? {}), false);
  });

  it("stores no text that Comprehend refuses to redact", async () => {
    const service = serviceOf({
      during: ({ operation }) => {
        if (operation === "personal") throw refusal("InvalidRequestException");
      },
    });
    const { answer } = await analyser(service, redacting)(logOf("@Ann", english));
    assert.deepEqual(answer, failed());
    assert.deepEqual(
      [service.stored[0]?.text, service.stored[0]?.redaction],
      [undefined, "not possible"],
    );
  });

  it("returns messages that were not redacted, and stores nothing of them", async () => {
    const service = serviceOf({
      during: ({ operation }) => {
        if (operation === "personal") throw refusal("ThrottlingException");
      },
    });
    const bodies = texts(20).map((text) => logOf(text, english));
    const { answer } = await analyser(service, redacting)(...bodies);
    assert.equal(answer.batchItemFailures.length, 20);
    assert.deepEqual(service.stored, []);
    const attempts = service.calls.filter(({ operation }) => operation === "personal").length;
    assert.ok(attempts <= 2, `${attempts} calls`);
  });
});

describe("The parser of log messages", () => {
  const parse = createLogParser();

  it("never throws, for any bytes and topic", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, deviceId) => {
        const payload = Buffer.from(bytes).toString("base64");
        const verdict = parse({ deviceId, receivedAt, payload });
        assert.ok(verdict.ok || verdict.detail !== "");
      }),
    );
  });

  it("accepts any text with a character that is no space, and returns it unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        fc.pre(text.trim() !== "");
        const payload = Buffer.from(JSON.stringify({ timestamp: receivedAt, text })).toString(
          "base64",
        );
        assert.deepEqual(parse({ deviceId: "pump-7", receivedAt, payload }), {
          ok: true,
          reading: { timestamp: receivedAt, text },
        });
      }),
    );
  });

  it("refuses a device that is no thing", () => {
    const payload = Buffer.from(JSON.stringify({ timestamp: receivedAt, text: "a" }));
    const verdict = parse({ deviceId: "pump 7", receivedAt, payload: payload.toString("base64") });
    assert.equal(!verdict.ok && verdict.reason, "illegal-device-id");
  });
});
