import { SQSClient } from "@aws-sdk/client-sqs";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { quarantineQueue, type QuarantineEntry } from "../../../functions/shared/quarantine";
import { useAws } from "../aws";
import { logged } from "../logged";

interface Entry {
  Id: string;
  MessageBody: string;
  MessageGroupId: string;
  MessageDeduplicationId: string;
}

/** Of the entry that `entry` makes, whatever its detail. */
const id = "24200647f181ffc90aecc4c07fbb3a5559a07716cbce33ea362b40030a82123b";

const entry = (detail: string): QuarantineEntry => ({
  reason: "not-json",
  detail,
  deviceId: "pump-7",
  receivedAt: 1,
  payload: "ew==",
});

describe("A quarantine queue", () => {
  const cloud = useAws();
  const put = (entries: QuarantineEntry[]) =>
    logged(() =>
      quarantineQueue(new SQSClient({ maxAttempts: 1 }), `${cloud.aws.url}/quarantine`)(entries),
    );
  const batches = (): Entry[][] => cloud.aws.calls.map(({ input }) => input.Entries as Entry[]);

  it("keeps an entry as JSON", async () => {
    const { answer } = await put([entry("why")]);
    assert.deepEqual(answer, []);
    assert.deepEqual(cloud.aws.calls, [
      {
        operation: "SendMessageBatch",
        input: {
          QueueUrl: `${cloud.aws.url}/quarantine`,
          Entries: [
            {
              Id: "0",
              MessageBody: JSON.stringify(entry("why")),
              MessageGroupId: id,
              MessageDeduplicationId: id,
            },
          ],
        },
      },
    ]);
  });

  it("gives a standard queue no ids, which that would refuse", async () => {
    const sqs = new SQSClient({ maxAttempts: 1 });
    const { answer } = await logged(() =>
      quarantineQueue(sqs, `${cloud.aws.url}/failures`, "standard")([entry("why")]),
    );
    assert.deepEqual(answer, []);
    assert.deepEqual(batches(), [[{ Id: "0", MessageBody: JSON.stringify(entry("why")) }]]);
  });

  it("has one id for a message that is invalid for one reason, whoever says so and when", async () => {
    const idOf = async (changed: Partial<QuarantineEntry>): Promise<string> => {
      cloud.aws.reset();
      await put([{ ...entry("why"), ...changed }]);
      const [{ MessageGroupId = "", MessageDeduplicationId = "" } = {}] = batches()[0] ?? [];
      assert.match(MessageGroupId, /^[0-9a-f]{64}$/);
      assert.equal(MessageDeduplicationId, MessageGroupId);
      return MessageGroupId;
    };
    const first = await idOf({});
    assert.equal(await idOf({ detail: "another", receivedAt: 2 }), first);
    const others = [
      await idOf({ deviceId: "pump-8" }),
      await idOf({ deviceId: undefined }),
      await idOf({ payload: "e30=" }),
      await idOf({ reason: "not-critical" }),
    ];
    assert.equal(new Set([first, ...others]).size, 5);
  });

  it("makes no call without entries", async () => {
    await put([]);
    assert.deepEqual(cloud.aws.calls, []);
  });

  it("writes ten messages in a call", async () => {
    await put(Array.from({ length: 21 }, (_, index) => entry(`entry ${index}`)));
    assert.deepEqual(
      batches().map((batch) => batch.map(({ Id }) => Number(Id))),
      [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [10, 11, 12, 13, 14, 15, 16, 17, 18, 19], [20]],
    );
  });

  it("writes at most 1 MiB in a call, counted in bytes", async () => {
    // The largest MQTT message, 128 KiB, in Base64.
    const largest = { ...entry("why"), payload: "A".repeat(174_764) };
    await put(Array.from({ length: 7 }, () => largest));
    assert.deepEqual(
      batches().map((batch) => batch.length),
      [5, 2],
    );
    cloud.aws.reset();
    await put(Array.from({ length: 4 }, () => entry("ü".repeat(150_000))));
    assert.deepEqual(
      batches().map((batch) => batch.length),
      [3, 1],
    );
  });

  it("returns the entries that the queue rejected individually", async () => {
    cloud.aws.answer("SendMessageBatch", ({ Entries }) => ({
      Successful: [],
      Failed: (Entries as Entry[])
        .filter(({ Id }) => ["3", "11"].includes(Id))
        .map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })),
    }));
    const { answer } = await put(Array.from({ length: 12 }, (_, n) => entry(`entry ${n}`)));
    assert.deepEqual(answer, [3, 11]);
  });

  it("keeps the entries of successful calls if another call fails", async () => {
    cloud.aws.answer("SendMessageBatch", ({ Entries }) =>
      (Entries as Entry[]).some(({ Id }) => Id === "4")
        ? { refused: "AccessDeniedException", status: 403 }
        : {},
    );
    const { answer, lines } = await put(
      Array.from({ length: 13 }, (_, index) => entry(`entry ${index}`)),
    );
    assert.deepEqual(answer, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(cloud.aws.calls.length, 2);
    assert.deepEqual(lines, [
      {
        level: "error",
        message: "the quarantine is out of reach",
        error: "AccessDeniedException: AccessDeniedException",
      },
    ]);
  });

  it("sends an oversized entry in its own call, and returns only this entry", async () => {
    const huge = { ...entry("why"), payload: "A".repeat(1_100_000) };
    cloud.aws.answer("SendMessageBatch", ({ Entries }) =>
      (Entries as Entry[]).some(({ MessageBody }) => MessageBody.length > 1_048_576)
        ? { refused: "AWS.SimpleQueueService.BatchRequestTooLong" }
        : {},
    );
    const { answer } = await put([entry("before"), huge, entry("after")]);
    assert.deepEqual(answer, [1]);
    assert.deepEqual(
      batches().map((batch) => batch.map(({ Id }) => Id)),
      [["0"], ["1"], ["2"]],
    );
  });

  it("writes only characters that SQS accepts, and none that were not given", async () => {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    const legal = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
    const odd = fc.constantFrom("\ufffe", "\uffff", "\ud800", "\udc00", "\u0000", "𝄞", '"', "\\");
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.oneof(odd, fc.string({ unit: "binary", maxLength: 1 })) }),
        async (detail) => {
          cloud.aws.reset();
          await put([entry(detail)]);
          const body = batches()[0]?.[0]?.MessageBody ?? "";
          assert.match(body, legal);
          assert.deepEqual(JSON.parse(body), entry(detail));
        },
      ),
    );
  });
});
