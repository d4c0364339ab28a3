import type { Config } from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { iotToSplunk, transformMebibytes } from "../../../components/iot-to-splunk";
import {
  createHandler,
  readSettings,
  type Ports,
} from "../../../functions/iot-to-splunk/transformer";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { useAws } from "../aws";
import { logged } from "../logged";
import { firehoseEvent, fullBuffer, textOf } from "./events";

const settings = { source: "s", sourcetype: "t", quarantineQueueUrl: "unused" };

function ports(changes: Partial<Ports> = {}) {
  const entries: QuarantineEntry[] = [];
  return {
    entries,
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}

const handle = (given: Ports, ...data: (string | Uint8Array)[]) =>
  logged(() => createHandler(settings, given)(firehoseEvent(...data)));

describe("The transformer of iot-to-splunk", () => {
  it("answers each record with its event, in order", async () => {
    const late = readingOf({ timestamp: receivedAt - 60_000 });
    const { answer, counts } = await handle(ports(), envelopeOf(readingOf()), envelopeOf(late));
    assert.deepEqual(
      answer.records.map(({ recordId, result, data }) => [
        recordId,
        result,
        (JSON.parse(textOf(data)) as { event: unknown }).event,
      ]),
      [
        ["record-1", "Ok", readingOf()],
        ["record-2", "Ok", late],
      ],
    );
    assert.deepEqual(counts, { Received: 2, Processed: 2, Quarantined: 0, Failed: 0 });
  });

  it("answers repetitions with the same event", async () => {
    const body = envelopeOf(readingOf());
    const { answer } = await handle(ports(), body, body);
    const [one, other] = answer.records;
    assert.equal(one?.data, other?.data);
    assert.deepEqual([one?.result, other?.result], ["Ok", "Ok"]);
  });

  it("drops an invalid record only after the quarantine has it", async () => {
    const given = ports();
    const { answer, counts } = await handle(
      given,
      envelopeOf(Buffer.from([0xff])),
      envelopeOf(readingOf()),
      "no envelope",
    );
    assert.deepEqual(
      answer.records.map(({ recordId, result }) => [recordId, result]),
      [
        ["record-1", "Dropped"],
        ["record-2", "Ok"],
        ["record-3", "Dropped"],
      ],
    );
    assert.deepEqual(
      given.entries.map(({ reason, payload }) => [reason, payload]),
      [
        ["not-utf8", "/w=="],
        ["not-an-envelope", Buffer.from("no envelope").toString("base64")],
      ],
    );
    assert.deepEqual(counts, { Received: 3, Processed: 1, Quarantined: 2, Failed: 0 });
  });

  it("fails exactly the invalid records that the quarantine did not take", async () => {
    const { answer, counts } = await handle(
      ports({ quarantine: async () => [1] }),
      envelopeOf(1),
      envelopeOf(2),
      envelopeOf(readingOf()),
    );
    assert.deepEqual(
      answer.records.map(({ result, data }) => [result, data === undefined]),
      [
        ["Dropped", true],
        ["ProcessingFailed", true],
        ["Ok", false],
      ],
    );
    assert.deepEqual(counts, { Received: 3, Processed: 1, Quarantined: 1, Failed: 1 });
  });

  it("fails all invalid records if the quarantine is out of reach, and no other", async () => {
    const { answer } = await handle(
      ports({ quarantine: () => Promise.reject(new Error("no route")) }),
      envelopeOf(1),
      envelopeOf(readingOf()),
    );
    assert.deepEqual(
      answer.records.map(({ result }) => result),
      ["ProcessingFailed", "Ok"],
    );
  });

  it("keeps its answer below 6 MB, and fails what has no room, so that Firehose stores it", async () => {
    const message = "x".repeat(4000);
    const bodies = Array.from({ length: 1500 }, (_, index) =>
      envelopeOf(readingOf({ message, timestamp: receivedAt - index })),
    );
    const { answer, counts, lines } = await handle(ports(), ...bodies);
    assert.ok(Buffer.byteLength(JSON.stringify(answer)) <= 6_291_456);
    const failed = answer.records.filter(({ result }) => result === "ProcessingFailed");
    const done = answer.records.filter(({ result }) => result === "Ok");
    assert.equal(answer.records.length, 1500);
    assert.equal(failed.length + done.length, 1500);
    assert.ok(done.length > 900 && failed.length > 0, `${done.length} fit`);
    assert.equal(counts?.Failed, failed.length);
    assert.ok(lines.some(({ records }) => records === failed.length));
  });

  it("answers the records of a full buffer whole, with the longest settings", async () => {
    const longest = {
      source: '"'.repeat(200),
      sourcetype: "\\".repeat(200),
      index: "i".repeat(80),
    };
    for (const [key, value] of Object.entries(longest)) {
      const read = (given: string) =>
        iotToSplunk.settings[key as keyof typeof longest].read(
          { name: "iot-to-splunk", get: () => given } as unknown as Config,
          key,
        );
      assert.equal(read(value), value);
      assert.throws(() => read(`${value}i`), new RegExp(key));
    }
    const handler = createHandler({ ...settings, ...longest }, ports());
    const { answer } = await logged(() => handler(fullBuffer(transformMebibytes)));
    assert.ok(answer.records.length > 2500, `${answer.records.length} records`);
    assert.ok(answer.records.every(({ result }) => result === "Ok"));
    assert.ok(Buffer.byteLength(JSON.stringify(answer)) <= 6_000_000);
  });

  it("answers an empty batch", async () => {
    assert.deepEqual((await handle(ports())).answer, { records: [] });
  });
});

describe("The transformer's calls to AWS", () => {
  const cloud = useAws();

  it("sends invalid messages to the quarantine queue in one call", async () => {
    const QUARANTINE_QUEUE_URL = `${cloud.aws.url}/quarantine`;
    const handler = createHandler(
      readSettings({ HEC_SOURCE: "s", HEC_SOURCETYPE: "t", QUARANTINE_QUEUE_URL }),
    );
    await logged(() => handler(firehoseEvent(envelopeOf(1), envelopeOf(2))));
    assert.deepEqual(
      cloud.aws.calls.map(({ operation, input }) => [operation, input.QueueUrl]),
      [["SendMessageBatch", QUARANTINE_QUEUE_URL]],
    );
  });
});
