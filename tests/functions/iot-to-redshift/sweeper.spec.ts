import * as assert from "node:assert/strict";
import {
  createHandler,
  type Listed,
  type Settings,
} from "../../../functions/iot-to-redshift/sweeper";
import { logged, loggedFailure } from "../logged";
import { FakeWarehouse } from "./warehouse";

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 24, 0, 30);

const settings: Settings = {
  workgroupName: "unused",
  database: "unused",
  tables: { readings: "iot.readings", ledger: "iot.loaded_objects" },
  copyRoleArn: "arn:aws:iam::123456789012:role/copy",
  lake: { bucketName: "lake", dataPrefix: "readings/" },
  queueUrl: "unused",
  youngestMilliseconds: hour,
  oldestMilliseconds: 49 * hour,
  budgetMilliseconds: 1000,
};

function ports(objects: Listed[]) {
  const warehouse = new FakeWarehouse();
  const announced: unknown[] = [];
  const prefixes: string[] = [];
  let asked = 0;
  return {
    warehouse,
    announced,
    prefixes,
    asked: () => asked,
    given: {
      ledger: {
        loadedAmong: async (keys: string[]) => {
          asked += 1;
          return warehouse.loadedAmong(keys);
        },
      },
      list: async (prefix: string) => {
        prefixes.push(prefix);
        return objects.filter(({ key }) => key.startsWith(prefix));
      },
      announce: async (bodies: string[]) =>
        void announced.push(...bodies.map((body) => JSON.parse(body) as unknown)),
      now: () => now,
    },
  };
}

const object = (name: string, age: number): Listed => ({
  key: `readings/${new Date(now - age).toISOString().slice(0, 10).replaceAll("-", "/")}/${name}.gz`,
  modifiedAt: now - age,
});

describe("The sweeper of iot-to-redshift", () => {
  it("announces each object without a row in the ledger, as S3 does", async () => {
    const [loaded, lost] = [object("loaded", 2 * hour), object("lost", 26 * hour)];
    const all = ports([loaded, lost]);
    all.warehouse.ledger.add(loaded.key);
    await logged(createHandler(settings, all.given));
    assert.deepEqual(all.announced, [
      {
        source: "aws.s3",
        "detail-type": "Object Created",
        detail: { bucket: { name: "lake" }, object: { key: lost.key } },
      },
    ]);
  });

  it("lists the days of its window and the one before, by Firehose's prefixes in UTC", async () => {
    const all = ports([]);
    await logged(createHandler(settings, all.given));
    assert.deepEqual(all.prefixes, [
      "readings/2026/11/20/",
      "readings/2026/11/21/",
      "readings/2026/11/22/",
      "readings/2026/11/23/",
    ]);
  });

  it("leaves out what is too young, what earlier sweeps have seen and what Firehose did not write", async () => {
    const all = ports([
      object("young", hour / 2),
      object("old", 50 * hour),
      object("st'range", 2 * hour),
    ]);
    await logged(createHandler(settings, all.given));
    assert.deepEqual(all.announced, []);
  });

  it("does not wake Redshift without objects", async () => {
    const all = ports([]);
    await logged(createHandler(settings, all.given));
    assert.equal(all.asked(), 0);
  });

  it("throws if the ledger cannot be read, so that Lambda tries again", async () => {
    const all = ports([object("lost", 2 * hour)]);
    all.warehouse.ledgerIsOutOfReach = true;
    const { answer } = await loggedFailure(createHandler(settings, all.given));
    assert.equal(answer, "The ledger cannot be read: asleep");
    assert.deepEqual(all.announced, []);
  });
});
