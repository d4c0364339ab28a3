import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Answer } from "../../../functions/iot-to-datadog/intake";
import type { Reading } from "../../../reading/reading";
import { envelopeOf, readingOf } from "../../support/events";
import { failed, intakeOf, type Intake, pointsOf, submitter, taken, type Posted } from "./intake";

const of = (device: string, changes: Partial<Reading> = {}): string =>
  envelopeOf(readingOf({ deviceId: device, ...changes }), { deviceId: device });
const devices = (count: number): string[] =>
  Array.from({ length: count }, (_, nth) => `pump-${nth + 1}`);
const holds = (posted: Posted, device: string): boolean =>
  pointsOf([posted]).some((line) => line.includes(`device:${device},`));

describe("The submitter, with an intake that does not take everything", () => {
  for (const [what, refusal] of Object.entries<Answer>({
    "202 with errors": { status: 202, text: '{"errors":["metric name is invalid"]}' },
    "400": { status: 400, text: '{"errors":["metric name is invalid"]}' },
    "413": { status: 413, text: '{"errors":["metric name is invalid"]}' },
  }))
    it(`finds the refused reading after ${what}, sets only that one aside with the answer, and submits the others`, async () => {
      const intake = intakeOf((posted) => (holds(posted, "pump-300") ? refusal : taken));
      const { answer, counts } = await submitter(intake)(...devices(500).map((one) => of(one)));
      assert.deepEqual(answer, failed());
      assert.deepEqual(intake.aside, [
        {
          reason: "refused-by-datadog",
          detail: `Datadog answered ${refusal.status}: ${refusal.text}`,
          ...(JSON.parse(of("pump-300")) as object),
        },
      ]);
      const accepted = new Set(
        pointsOf(intake.posts.filter((posted) => !holds(posted, "pump-300"))).map(
          (line) => line.split(" ")[1],
        ),
      );
      assert.equal(accepted.size, 499);
      assert.deepEqual(counts, {
        Received: 500,
        Stored: 499,
        Duplicates: 0,
        Quarantined: 0,
        Failed: 1,
      });
      assert.ok(intake.posts.length <= 19, `${intake.posts.length} calls`);
    });

  it("returns a refused reading that the failures queue does not take", async () => {
    const intake = intakeOf(() => ({ status: 400, text: "{}" }));
    intake.setAside = async () => [0];
    assert.deepEqual((await submitter(intake)(of("pump-1"))).answer, failed(1));
  });

  it("limits its calls if Datadog refuses everything, and returns the rest", async () => {
    const intake = intakeOf(() => ({ status: 400, text: "{}" }));
    const { answer } = await submitter(intake)(...devices(500).map((one) => of(one)));
    assert.equal(intake.posts.length, 64);
    assert.equal(answer.batchItemFailures.length + intake.aside.length, 500);
  });

  for (const [what, answer] of Object.entries<Answer>({
    "500": { status: 500, text: "" },
    "503": { status: 503, text: "<html>busy</html>" },
    "408": { status: 408, text: "{}" },
    "404": { status: 404, text: "{}" },
    "a redirection": { status: 302, text: "" },
    "202 with garbage": { status: 202, text: "<html>captive portal</html>" },
    "202 with a list": { status: 202, text: "[]" },
    "202 with errors that are no list": { status: 202, text: '{"errors":"none"}' },
    "200": { status: 200, text: '{"errors":[]}' },
  }))
    it(`returns every reading after ${what}, without a second call`, async () => {
      const intake = intakeOf(() => answer);
      const { answer: returned, lines } = await submitter(intake)(of("pump-1"), of("pump-2"));
      assert.deepEqual(returned, failed(1, 2));
      assert.equal(intake.posts.length, 1);
      assert.deepEqual([intake.aside, intake.quarantined], [[], []]);
      assert.ok(
        lines.some(
          ({ message, error }) =>
            message === "points not submitted" &&
            error === `Datadog answered ${answer.status}: ${answer.text}`,
        ),
      );
    });

  it("returns every reading if the connection fails", async () => {
    const intake = intakeOf(() => Promise.reject(new TypeError("fetch failed")));
    assert.deepEqual((await submitter(intake)(of("pump-1"))).answer, failed(1));
  });

  it("makes no call before the time that a 429 names is over", async () => {
    let answer: Answer = { status: 429, text: "{}", resetSeconds: 30 };
    const intake = intakeOf(() => answer);
    const submit = submitter(intake);
    assert.deepEqual((await submit(of("pump-1"))).answer, failed(1));
    answer = taken;
    intake.clock.at += 29_999;
    assert.deepEqual((await submit(of("pump-1"))).answer, failed(1));
    assert.equal(intake.posts.length, 1);
    intake.clock.at += 1;
    assert.deepEqual((await submit(of("pump-1"))).answer, failed());
    assert.equal(intake.posts.length, 2);
  });

  it("waits a minute after a 429 that names no time", async () => {
    const intake = intakeOf(() => ({ status: 429, text: "{}" }));
    const submit = submitter(intake);
    await submit(of("pump-1"));
    intake.clock.at += 59_999;
    await submit(of("pump-1"));
    assert.equal(intake.posts.length, 1);
    intake.clock.at += 1;
    await submit(of("pump-1"));
    assert.equal(intake.posts.length, 2);
  });

  it("begins no call that might outlast the function", async () => {
    const intake = intakeOf(() => {
      intake.clock.at += 10_000;
      return { status: 413, text: "{}" };
    });
    const { answer } = await submitter(intake)(...devices(8).map((one) => of(one)));
    assert.equal(intake.posts.length, 2);
    assert.equal(answer.batchItemFailures.length, 8);
  });

  for (const [what, slow] of Object.entries<(intake: Intake) => void>({
    "the denied call": (intake) => {
      const { post } = intake;
      intake.post = (key, body) => {
        intake.clock.at += 18_001;
        return post(key, body);
      };
    },
    "the secret": (intake) => {
      const { readSecret } = intake;
      intake.readSecret = () => {
        if (intake.posts.length > 0) intake.clock.at += 18_001;
        return readSecret();
      };
    },
    "the quarantine": (intake) => {
      intake.quarantine = async () => {
        intake.clock.at += 18_001;
        return [];
      };
    },
  }))
    it(`begins no call with a renewed key once ${what} has taken the time`, async () => {
      const intake: Intake = intakeOf(({ apiKey }) => {
        intake.secret = '{"api_key":"second"}';
        return apiKey === "second" ? taken : { status: 403, text: "{}" };
      });
      slow(intake);
      const { answer } = await submitter(intake)(of("pump-1"), envelopeOf("no reading"));
      assert.deepEqual(answer, failed(1));
      assert.ok(intake.posts.every(({ apiKey }) => apiKey === "first"));
      assert.equal(intake.posts.length, what === "the quarantine" ? 0 : 1);
    });
});

describe("The key for Datadog", () => {
  it("is read once in ten minutes", async () => {
    const intake = intakeOf();
    const submit = submitter(intake);
    await submit(of("pump-1"));
    intake.clock.at += 599_999;
    await submit(of("pump-1"));
    assert.equal(intake.secretReads, 1);
    intake.clock.at += 1;
    intake.secret = '{"api_key":"second"}';
    await submit(of("pump-1"));
    assert.deepEqual(
      intake.posts.map(({ apiKey }) => apiKey),
      ["first", "first", "second"],
    );
  });

  it("is read again when Datadog denies it, so that a rotation loses no reading", async () => {
    const intake = intakeOf(({ apiKey }) =>
      apiKey === "second" ? taken : { status: 403, text: '{"errors":["Forbidden"]}' },
    );
    const submit = submitter(intake);
    assert.deepEqual((await submit(of("pump-1"))).answer, failed(1));
    assert.deepEqual([intake.secretReads, intake.posts.length], [2, 1]);
    intake.secret = '{"api_key":"second"}';
    assert.deepEqual((await submit(of("pump-1"))).answer, failed());
    assert.deepEqual(
      intake.posts.map(({ apiKey }) => apiKey),
      ["first", "first", "second"],
    );
  });

  it("is named beside the site as the cause of a denial", async () => {
    const intake = intakeOf(() => ({ status: 403, text: '{"errors":["Forbidden"]}' }));
    const { lines } = await submitter(intake)(of("pump-1"));
    assert.equal(
      lines[0]?.error,
      'Datadog answered 403: {"errors":["Forbidden"]} Check the key in the secret, and that it is of the site of this stack.',
    );
  });

  it("is neither logged nor set aside when an answer echoes it, even if the answer is cut within it", async () => {
    const key = "planted".repeat(5);
    for (const status of [400, 403, 503, 0]) {
      const text = `${"x".repeat(283)} dd-api-key: ${key} ${key}`;
      const intake = intakeOf(() => {
        if (status === 0) throw new TypeError(`${key} is an invalid header value`);
        return { status, text };
      });
      intake.secret = JSON.stringify({ api_key: key });
      const { lines } = await submitter(intake)(of("pump-1"));
      assert.equal(intake.posts.length, 1);
      const said = JSON.stringify([lines, intake.aside]);
      assert.ok(!said.includes("planted"), said);
      assert.match(said, /\*\*\*/);
    }
  });

  for (const secret of [
    "planted",
    '{"api_key":1}',
    '{"key":"planted"}',
    "null",
    '{"api_key":"pl\\nanted"}',
  ])
    it(`is refused in the form ${JSON.stringify(secret)} without quoting it`, async () => {
      const intake = intakeOf();
      intake.secret = secret;
      const { answer, lines } = await submitter(intake)(of("pump-1"));
      assert.deepEqual(answer, failed(1));
      assert.equal(
        lines[0]?.error,
        'Error: The secret with the key for Datadog is not {"api_key": "…"}: put such a value into it.',
      );
      assert.ok(!JSON.stringify(lines).includes("planted"));
    });
});

describe("The limits of a payload", () => {
  /** The sizes of everything in one payload, before and after compression. */
  const undivided = (posts: Posted[]): [number, number] => {
    const text = JSON.stringify({ series: posts.flatMap(({ series }) => series) });
    return [Buffer.byteLength(text), gzipSync(text).length];
  };
  const submitAll = async (bodies: string[]) => {
    const intake = intakeOf();
    const { answer } = await submitter(intake)(...bodies);
    assert.deepEqual(answer, failed());
    assert.equal(new Set(pointsOf(intake.posts)).size, 4 * bodies.length);
    for (const { bytes } of intake.posts) {
      assert.ok(bytes[0] < 5_242_880, `${bytes[0]} bytes`);
      assert.ok(bytes[1] <= 512_000, `${bytes[1]} bytes compressed`);
    }
    return intake.posts;
  };

  it("before compression are kept by division; every point arrives", async () => {
    const posts = await submitAll(devices(7000).map((one) => of("a".repeat(90) + one)));
    const [bytes, compressed] = undivided(posts);
    assert.ok(bytes >= 5_242_880 && compressed <= 512_000, `${bytes}, ${compressed}`);
    assert.equal(posts.length, 2);
  });

  it("after compression are kept by division; every point arrives", async () => {
    const posts = await submitAll(
      devices(5500).map((_, nth) =>
        of(noise(nth), { temperature: Math.sin(nth) * 100, humidity: 50 + Math.cos(nth) * 50 }),
      ),
    );
    const [bytes, compressed] = undivided(posts);
    assert.ok(bytes < 5_242_880 && compressed > 512_000, `${bytes}, ${compressed}`);
    assert.equal(posts.length, 2);
  });
});

/** 90 characters that hardly compress. */
const noise = (seed: number): string =>
  createHash("sha512").update(String(seed)).digest("base64url").slice(0, 86) +
  String(seed).padStart(4, "0");
