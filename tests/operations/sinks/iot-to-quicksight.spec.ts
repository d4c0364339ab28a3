import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { parquetWriteBuffer } from "hyparquet-writer";
import * as assert from "node:assert/strict";
import { sink } from "../../../operations/sinks/iot-to-quicksight";
import type { Search } from "../../../operations/sinks/search";
import { readingOf } from "../../support/events";

const at = Date.UTC(2026, 10, 24, 12);

/** A Parquet object with a row per reading, each with its two times. */
const object = (...rows: [timestamp: number, readingTime: number][]): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "deviceid", data: rows.map(() => "pump-7"), type: "STRING" },
        { name: "timestamp", data: rows.map(([time]) => BigInt(time)), type: "INT64" },
        { name: "reading_time", data: rows.map(([, time]) => new Date(time)), type: "TIMESTAMP" },
      ],
    }),
  );

/** Answers as S3 does for one bucket, two keys a page, and records which objects are read. */
function bucketOf(objects: Record<string, { bytes: Uint8Array; written: number }>) {
  const reads: string[] = [];
  const client = new S3Client({ region: "eu-central-1" });
  client.send = async (command: unknown): Promise<unknown> => {
    if (command instanceof GetObjectCommand) {
      const { Key = "" } = command.input;
      reads.push(Key);
      return { Body: { transformToByteArray: async () => objects[Key]?.bytes } };
    }
    assert.ok(command instanceof ListObjectsV2Command);
    const { Bucket, Prefix = "", ContinuationToken = "0" } = command.input;
    assert.equal(Bucket, "lake");
    const keys = Object.keys(objects).filter((key) => key.startsWith(Prefix));
    const [from, to] = [Number(ContinuationToken), Number(ContinuationToken) + 2];
    return {
      Contents: keys.slice(from, to).map((Key) => ({
        ...{ Key, ETag: JSON.stringify([Key, objects[Key]?.written]) },
        LastModified: new Date(objects[Key]?.written ?? 0),
      })),
      ...(to < keys.length && { IsTruncated: true, NextContinuationToken: String(to) }),
    };
  };
  const search = (readings: Search["readings"] = []): Search => ({
    clients: { s3: client } as Search["clients"],
    outputs: {
      devicePolicyName: "device",
      topicPrefix: "devices",
      of: { "iot-to-quicksight": { lakeBucket: "lake" } },
    },
    readings,
    acks: () => [],
  });
  return { reads, search };
}

describe("the readings of iot-to-quicksight", () => {
  it("are the rows of every object below the prefix of readings, and no others", async () => {
    const { search } = bucketOf({
      "errors/a": { bytes: object([at + 9, at + 9]), written: at },
      "readings/a": { bytes: object([at, at], [at + 1, at + 1]), written: at },
      "readings/b": { bytes: object([at + 2, at + 2]), written: at },
      "readings/c": { bytes: object([at + 3, at + 3]), written: at },
    });
    assert.deepEqual(
      await sink.stored(search()),
      new Set([at, at + 1, at + 2, at + 3].map((time) => `pump-7#${time}`)),
    );
  });

  it("have one time: a row whose times differ is not found", async () => {
    const { search } = bucketOf({
      "readings/differing": { bytes: object([at, at + 1], [at + 2, at + 2]), written: at },
    });
    assert.deepEqual(await sink.stored(search()), new Set([`pump-7#${at + 2}`]));
  });

  it("are looked up in objects that are not older than the first of them, each read once", async () => {
    const { reads, search } = bucketOf({
      "readings/older": { bytes: object([at, at]), written: at - 60_000 },
      // S3 states times in whole seconds.
      "readings/same-second": { bytes: object([at + 900, at + 900]), written: at },
      "readings/newer": { bytes: object([at + 2000, at + 2000]), written: at + 60_000 },
    });
    const asked = search([readingOf({ timestamp: at + 2000 }), readingOf({ timestamp: at + 900 })]);
    const found = new Set([`pump-7#${at + 900}`, `pump-7#${at + 2000}`]);
    assert.deepEqual(await sink.stored(asked), found);
    assert.deepEqual(await sink.stored(asked), found);
    assert.deepEqual(reads, ["readings/same-second", "readings/newer"]);
  });

  it("are expected of every valid message, and stay", () => {
    assert.equal(
      sink.expects({ status: "ok" }, { devicePolicyName: "", topicPrefix: "devices", of: {} }),
      true,
    );
    assert.deepEqual([sink.tables, sink.keeps], [[], "the rows in the lake"]);
  });
});
