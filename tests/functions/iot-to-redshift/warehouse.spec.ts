import * as assert from "node:assert/strict";
import type { DataApi, StatementState } from "../../../functions/iot-to-redshift/data-api";
import { createWarehouse } from "../../../functions/iot-to-redshift/warehouse";

const tables = { readings: "iot.readings", ledger: "iot.loaded_objects" };
const copyRoleArn = "arn:aws:iam::123456789012:role/copy";

/** A Data API whose statements pass through the given states. */
function start(states: StatementState[], texts: string[] = []) {
  const sent: unknown[] = [];
  const remaining = [...states];
  let time = 0;
  let pauses = 0;
  const api: DataApi = {
    execute: async (sql) => `id-${sent.push(sql)}`,
    executeTogether: async (...request) => `id-${sent.push(request)}`,
    describe: async () => remaining.shift() ?? states.at(-1) ?? { status: "FINISHED" },
    texts: async () => texts,
  };
  const clock = {
    now: () => (time += 100),
    pause: async () => void (pauses += 1),
  };
  const warehouse = createWarehouse({ api, tables, copyRoleArn, clock });
  return { warehouse, sent, pauses: () => pauses };
}

const load = {
  keys: ["readings/a.gz", "readings/b.gz"],
  manifestUrl: "s3://lake/m.json",
  token: "t",
};

describe("The warehouse of iot-to-redshift", () => {
  it("runs lock, ledger and COPY as one transaction, named after its objects", async () => {
    const { warehouse, sent } = start([{ status: "FINISHED" }]);
    assert.equal(await warehouse.load(load, 1000), undefined);
    assert.deepEqual(sent, [
      [
        [
          "LOCK iot.loaded_objects",
          "INSERT INTO iot.loaded_objects (object, batch) SELECT wanted.object, CASE WHEN present.object IS NULL THEN CAST('t' AS VARCHAR(64)) END FROM (SELECT CAST('readings/a.gz' AS VARCHAR(1024)) AS object UNION ALL SELECT CAST('readings/b.gz' AS VARCHAR(1024)) AS object) AS wanted LEFT JOIN iot.loaded_objects AS present ON present.object = wanted.object",
          "COPY iot.readings FROM 's3://lake/m.json' IAM_ROLE 'arn:aws:iam::123456789012:role/copy' MANIFEST GZIP FORMAT AS JSON 'auto ignorecase'",
        ],
        "t",
        "readings/a.gz readings/b.gz",
      ],
    ]);
  });

  it("waits until a statement has ended", async () => {
    const running = ["SUBMITTED", "PICKED", "STARTED"].map((status) => ({ status }));
    const { warehouse, pauses } = start([...running, { status: "FINISHED" }]);
    assert.equal(await warehouse.load(load, 1000), undefined);
    assert.equal(pauses(), 3);
  });

  for (const status of ["FAILED", "ABORTED"])
    it(`returns the error of DescribeStatement for a load that is ${status}`, async () => {
      const { warehouse } = start([{ status, error: "Load into table 'readings' failed." }]);
      const failure = await warehouse.load(load, 1000);
      assert.deepEqual(failure, {
        statementId: "id-1",
        error: "Load into table 'readings' failed.",
      });
    });

  it("returns the status of a load that failed without an error", async () => {
    const { warehouse } = start([{ status: "ABORTED" }]);
    assert.deepEqual(await warehouse.load(load, 1000), { statementId: "id-1", error: "ABORTED" });
  });

  it("throws at the deadline, since the load may still be committed", async () => {
    const { warehouse } = start([{ status: "STARTED" }]);
    await assert.rejects(warehouse.load(load, 500), {
      message: "Statement id-1 is STARTED and has not ended in time.",
    });
  });

  it("asks the ledger for 90 objects at a time", async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `readings/${index}.gz`);
    const { warehouse, sent } = start([{ status: "FINISHED" }], ["readings/7.gz"]);
    assert.deepEqual([...(await warehouse.loadedAmong(keys, 1000))], ["readings/7.gz"]);
    assert.equal(sent.length, 3);
    assert.match(
      String(sent[2]),
      /^SELECT object FROM iot\.loaded_objects WHERE object IN \('readings\/180\.gz', /,
    );
  });

  it("throws if the ledger cannot be read", async () => {
    const { warehouse } = start([{ status: "FAILED", error: "permission denied" }]);
    await assert.rejects(warehouse.loadedAmong(["readings/a.gz"], 1000), {
      message: "The ledger cannot be read: permission denied",
    });
  });
});
