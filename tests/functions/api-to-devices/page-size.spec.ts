import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { gunzipSync } from "node:zlib";
import { createHandler } from "../../../functions/api-to-devices/reader";
import type { Item, Tables } from "../../../functions/api-to-devices/tables";
import { forHistory } from "./requests";

/** Bytes of the largest response that Lambda accepts. */
const lambdaLimit = 6 * 1024 * 1024;

/** A history of one device that returns pages by their number of items alone. */
const historyOf = (readings: Item[]): Tables => ({
  state: async () => readings[0],
  averages: async () => ({ items: [] }),
  devices: async () => ({ items: [] }),
  async history({ limit, after }) {
    const rest = readings.filter(
      ({ readingKey }) => String(readingKey) < String(after?.readingKey ?? "~"),
    );
    const items = rest.slice(0, limit);
    const readingKey = String(items.at(-1)?.readingKey);
    return { items, ...(rest.length > limit && { end: { deviceId: "pump-7", readingKey } }) };
  },
});

/** Reads a history page by page to its end, and returns the number of readings of each page. */
async function readToEnd(readings: Item[], headers: Record<string, string>) {
  const handler = createHandler(
    {
      historyTableName: "unused",
      stateTableName: "unused",
      devicesIndexName: "unused",
      cursorKey: "for the tests, and long enough at that",
    },
    { tables: historyOf(readings) },
  );
  const [read, pages]: [Item[], number[]] = [[], []];
  let cursor: string | undefined;
  do {
    const query = { limit: "1000", ...(cursor !== undefined && { cursor }) };
    const response = await handler(forHistory("pump-7", query, { headers }));
    assert.equal(response.statusCode, 200);
    const bytes = Buffer.byteLength(JSON.stringify(response));
    assert.ok(bytes <= lambdaLimit, `The response has ${bytes} bytes.`);
    const { body = "", isBase64Encoded } = response;
    const text = isBase64Encoded ? gunzipSync(Buffer.from(body, "base64")).toString() : body;
    const page = JSON.parse(text) as { readings: Item[]; next?: string };
    assert.ok(page.readings.length > 0);
    read.push(...page.readings);
    pages.push(page.readings.length);
    cursor = page.next;
  } while (cursor !== undefined);
  return { read, pages };
}

const readingsWith = (messages: string[]): Item[] =>
  messages.map((message, index) => ({
    deviceId: "pump-7",
    timestamp: messages.length - index,
    readingKey: String(messages.length - index).padStart(13, "0"),
    message,
  }));

/** As it is answered. */
const shown = ({ readingKey: _, ...reading }: Item): Item => reading;

describe("A page of api-to-devices", () => {
  for (const [what, headers] of Object.entries({
    plain: { "accept-encoding": "identity" },
    compressed: { "accept-encoding": "gzip" },
  }))
    it(`ends before a ${what} response is too large for Lambda, and the next page goes on after it`, async () => {
      const readings = readingsWith(Array<string>(1000).fill("\u0001".repeat(4096)));
      const { read, pages } = await readToEnd(readings, headers);
      assert.deepEqual(read, readings.map(shown));
      assert.deepEqual(pages, [...Array<number>(6).fill(145), 130]);
    });

  it("has the requested number of small readings", async () => {
    const readings = readingsWith(Array<string>(1001).fill("well"));
    assert.deepEqual((await readToEnd(readings, {})).pages, [1000, 1]);
  });

  it("holds a single reading that is larger than the limit of a page would be for many", async () => {
    const readings = readingsWith(Array<string>(3).fill("\u0001".repeat(390_000)));
    assert.deepEqual((await readToEnd(readings, {})).pages, [1, 1, 1]);
  });

  it("fits into a response of Lambda for texts of any characters, compressed or not", async () => {
    const unit = fc.constantFrom("a", '"', "\\", "\u0001", "ö", "𝄞", "\ud800", "\u2028");
    const message = fc
      .tuple(fc.string({ unit, minLength: 1, maxLength: 16 }), fc.integer({ min: 1, max: 30_000 }))
      .map(([text, times]) => text.repeat(times).slice(0, 100_000));
    const headers = fc
      .constantFrom("identity", "gzip")
      .map((encoding) => ({ "accept-encoding": encoding }));
    const property = fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 60 }),
      headers,
      async (messages, accepted) => {
        const readings = readingsWith(messages);
        const { read } = await readToEnd(readings, accepted);
        assert.deepEqual(
          read.map(({ timestamp }) => timestamp),
          readings.map(({ timestamp }) => timestamp),
        );
      },
    );
    await fc.assert(property, { numRuns: 30 });
  }).timeout(60_000);

  it("fits into a response of Lambda if its texts cannot be compressed", async () => {
    // Base64 makes a compressed body a third longer; a generator of fixed seed makes the same text in every run.
    let state = 1;
    const character = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return String.fromCodePoint(0x10000 + ((state >>> 8) % 0xfffff));
    };
    const readings = readingsWith(
      Array.from({ length: 1000 }, () => Array.from({ length: 2500 }, character).join("")),
    );
    const { read } = await readToEnd(readings, { "accept-encoding": "gzip" });
    assert.deepEqual(read, readings.map(shown));
  }).timeout(60_000);
});
