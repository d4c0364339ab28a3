import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { analyser, impatient, integration, logOf, resultsOf, stored } from "./comprehend";
import type { Device } from "./device";
import { eventually } from "./eventually";
import { assertLogged, refused } from "./functions";
import { redrive } from "./operator";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { deployed, type World } from "./world";

/** Texts with the language and the sentiment that the double finds in them. */
const planted = [
  ["The pump failed again, this is terrible and dangerous.", "en", "NEGATIVE"],
  ["It is an excellent pump, quiet and reliable, thank you.", "en", "POSITIVE"],
  ["Routine check of the valve at noon on Monday.", "en", "NEUTRAL"],
  ["The operator is happy with it, but the noise is terrible.", "en", "MIXED"],
  ["Der Motor ist schon wieder kaputt, das ist schrecklich und gefährlich.", "de", "NEGATIVE"],
  ["Sehr gut, die neue Pumpe läuft wunderbar, vielen Dank!", "de", "POSITIVE"],
  ["La bomba falló otra vez, es terrible y peligroso.", "es", "NEGATIVE"],
  ["La pompe est encore en panne, c'est terrible et dangereux.", "fr", "NEGATIVE"],
  ["ポンプがまた故障しました。とても危険です。", "ja", "NEUTRAL"],
] as const;

describe("iot-to-comprehend on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-comprehend");
    await world.deployment.idle();
  });
  afterEach(() => {
    world.platform.comprehend.answer("healthy");
    world.platform.comprehend.acceptTexts();
  });

  it("stores the language and the sentiment of each text, in few calls", async () => {
    const device = await world.device("comprehend-delivery");
    const calls = world.platform.comprehend.calls().length;
    const started = Date.now();
    const sent = planted.map(([text], nth) => logOf(text, { timestamp: started - 20 + nth }));
    // Repeated, and out of order.
    const all = [...sent, ...sent.slice(0, 3)].reverse();
    await Promise.all(all.map((message) => device.publish(message, "logs")));
    const results = await stored(world, device.name, sent.length);
    assert.deepEqual(
      results.map(({ timestamp, language, sentiment }) => [timestamp, language, sentiment]),
      planted.map(([, language, sentiment], nth) => [started - 20 + nth, language, sentiment]),
    );
    const [first] = results;
    assert.deepEqual(
      { ...first, receivedAt: 0, expiresAt: 0, logKey: "" },
      {
        ...{ deviceId: device.name, timestamp: sent[0]?.timestamp, language: "en" },
        ...{ sentiment: "NEGATIVE", positive: 0, negative: 0.875, neutral: 0.125, mixed: 0 },
        ...{ text: planted[0][0], redaction: "done", receivedAt: 0, expiresAt: 0, logKey: "" },
      },
    );
    const receivedAt = Number(first?.receivedAt);
    assert.ok(receivedAt >= started && receivedAt <= Date.now(), `Received at ${receivedAt}.`);
    assert.equal(first?.expiresAt, Math.floor(receivedAt / 1000) + 90 * 86_400);
    await world.deployment.idle();
    assert.equal((await resultsOf(world, device.name)).length, sent.length);
    const callsOf = (wanted: string) =>
      world.platform.comprehend
        .calls()
        .slice(calls)
        .filter(({ operation }) => operation === wanted).length;
    // The languages of a batch are detected by one call; how many batches the messages come in depends on their arrival.
    const batches = callsOf("BatchDetectDominantLanguage");
    const languages = new Set(planted.map(([, language]) => language)).size;
    const analysed = callsOf("BatchDetectSentiment");
    assert.ok(analysed >= languages && analysed <= languages * batches, `${analysed} calls`);
    for (const queue of ["queueUrl", "failuresUrl"])
      assert.deepEqual(await held(world, world.outputs.of[integration]?.[queue]), []);
  });

  it("redacts English and Spanish texts, and stores no text of other languages", async () => {
    const device = await world.device("comprehend-redaction");
    const at = Date.now();
    const texts = [
      { text: "🛠 Call ann@example.com or +49 151 1234567, please.", language: "en-GB" },
      { text: "Escriba a ana@example.com sobre la bomba.", language: "es" },
      { text: "Bitte ann@example.com anrufen.", language: "de" },
    ];
    for (const [nth, one] of texts.entries())
      await device.publish({ ...one, timestamp: at - 10 + nth }, "logs");
    const results = await stored(world, device.name, texts.length);
    assert.deepEqual(
      results.map(({ language, text, redaction }) => [language, text, redaction]),
      [
        ["en", "🛠 Call [EMAIL] or [PHONE], please.", "done"],
        ["es", "Escriba a [EMAIL] sobre la bomba.", "done"],
        ["de", undefined, "not possible"],
      ],
    );
  });

  it("analyses the beginning of a text that is too long for Comprehend", async () => {
    const device = await world.device("comprehend-long");
    const text = `This is terrible. ${"🛠".repeat(2000)}`;
    await device.publish(logOf(text, { language: "en" }), "logs");
    const [result] = await stored(world, device.name);
    assert.equal(result?.text, `This is terrible. ${"🛠".repeat(1245)}`);
    assert.deepEqual([result?.cut, result?.sentiment], [true, "NEGATIVE"]);
  });

  it("quarantines each invalid message for its reason, with its bytes, and calls no sentiment for it", async () => {
    const device = await world.device("comprehend-invalid");
    const { comprehend } = world.platform;
    const since = comprehend.calls().length;
    const messages: [reason: string, payload: Buffer | object][] = [
      ["not-utf8", Buffer.from([0x7b, 0xff])],
      ["not-json", Buffer.from("pump started")],
      ["not-json", Buffer.alloc(0)],
      ["not-an-object", Buffer.from("[1]")],
      ["missing-field", { timestamp: Date.now() }],
      ["wrong-type", logOf("", { text: 5 })],
      ["clock-ahead", logOf("Fine.", { timestamp: Date.now() + 3_600_000 })],
      ["clock-behind", logOf("Fine.", { timestamp: Date.now() - 8 * 86_400_000 })],
      ["empty-text", logOf(" \t\n")],
      ["unsupported-language", logOf("De pomp is weer kapot.", { language: "nl" })],
      ["unsupported-language", logOf("Pumpen gick sönder igen, det här är fruktansvärt.")],
    ];
    const bytes: Buffer[] = [];
    for (const [, payload] of messages) bytes.push(await device.publish(payload, "logs"));
    const entries = await eventually("the quarantine to have them all", async () => {
      const found = await quarantinedFrom(world, integration, device.name);
      return found.length >= messages.length && found;
    });
    assert.deepEqual(
      entries.map(({ reason, payload }) => `${reason} ${payload}`).sort(),
      messages.map(([reason], nth) => `${reason} ${bytes[nth]?.toString("base64")}`).sort(),
    );
    assert.ok(entries.every((entry) => "channel" in entry && entry.channel === "logs"));
    await world.deployment.idle();
    const own = await refused(world, analyser, device.name, messages.length);
    assert.deepEqual(own.sort(), messages.map(([reason]) => reason).sort());
    const calls = comprehend.calls().slice(since);
    // Only the language of the last one has to be detected.
    assert.deepEqual(
      calls.map(({ operation, texts }) => [operation, texts]),
      [["BatchDetectDominantLanguage", 1]],
    );
    assert.deepEqual(await resultsOf(world, device.name), []);
    assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
  });

  it("sets exactly the messages aside that Comprehend fails at or refuses, loses none in an outage, and redrive stores each", async () => {
    const { comprehend } = world.platform;
    const [poison, bad, good, late] = (await Promise.all(
      ["poison", "refused", "good", "outage"].map((one) => world.device(`comprehend-${one}`)),
    )) as [Device, Device, Device, Device];
    const publish = (device: Device, text: string, timestamp = Date.now()): Promise<Buffer> =>
      device.publish(logOf(text, { language: "en", timestamp }), "logs");
    const since = Date.now();
    comprehend.failText("This one");
    comprehend.refuseText("Refuse me");
    const [failing, refusedBytes] = await impatient(world, 2, async () => {
      const sent = await Promise.all([
        publish(poison, "This one is terrible."),
        publish(bad, "Refuse me, please."),
        ...[1, 2, 3].map((nth) => publish(good, "All is well.", since - nth)),
      ]);
      await setAside(world, integration, bad.name);
      await stored(world, good.name, 3);
      const errors = { throttled: "ThrottlingException", broken: "InternalServerException" };
      for (const [mood, error] of Object.entries(errors)) {
        comprehend.answer(mood as keyof typeof errors);
        await publish(late, `All is well, although ${mood}.`);
        await eventually(`${mood} calls`, () =>
          comprehend.calls().some((call) => call.error === error),
        );
      }
      const lost = { since, message: "texts not analysed" };
      await assertLogged(world, analyser, { ...lost, error: /Throttling|InternalServer/ }, 2);
      assert.deepEqual(await resultsOf(world, late.name), []);
      comprehend.answer("healthy");
      await stored(world, late.name, 2);
      await setAside(world, integration, poison.name);
      return sent;
    });
    const kept = await setAside(world, integration, poison.name);
    assert.deepEqual(kept.sent, [
      { topic: poison.topicOf("logs"), payload: failing.toString("base64") },
    ]);
    assert.equal(kept.body.reason, undefined);
    const refusal = await setAside(world, integration, bad.name);
    assert.deepEqual(refusal.sent, [
      { topic: bad.topicOf("logs"), payload: refusedBytes.toString("base64") },
    ]);
    assert.equal(refusal.body.reason, "refused-by-comprehend");
    assert.match(String(refusal.body.detail), /^InvalidRequestException: /);
    assert.deepEqual(await setAsideFrom(world, integration, good.name, late.name), []);
    assert.deepEqual(
      [await resultsOf(world, poison.name), await resultsOf(world, bad.name)],
      [[], []],
    );

    comprehend.acceptTexts();
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "2 redriven, 0 left"], lines.join("\n"));
    const [result] = await stored(world, poison.name);
    assert.equal(result?.sentiment, "NEGATIVE");
    await stored(world, bad.name);
    await world.deployment.idle();
    const counts = await Promise.all(
      [poison, bad, good, late].map(async ({ name }) => (await resultsOf(world, name)).length),
    );
    assert.deepEqual(counts, [1, 1, 3, 2]);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
