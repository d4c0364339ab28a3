import { GetDatabaseCommand, GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "../provisioning";

describe("What delivery streams need", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());
  beforeEach(() => {
    world.notHonoured.length = 0;
    world.calls.length = 0;
  });

  it("includes a catalogue whose tables have the given columns", async () => {
    const [database, table] = [nextName("lake"), nextName("readings")];
    const made = await world.create("glue/catalogDatabase:CatalogDatabase", {
      name: database,
      description: "Readings of devices.",
    });
    const arn = `arn:aws:glue:eu-central-1:123456789012:database/${database}`;
    assert.deepEqual([made.id, made.state.arn], [`123456789012:${database}`, arn]);
    const glue = world.clients.get(GlueClient);
    const { Database } = await glue.send(new GetDatabaseCommand({ Name: database }));
    assert.equal(Database?.Description, "Readings of devices.");

    const tableMade = await world.create("glue/catalogTable:CatalogTable", {
      name: table,
      databaseName: database,
      tableType: "EXTERNAL_TABLE",
      parameters: { classification: "parquet" },
      partitionKeys: [{ name: "day", type: "date" }],
      storageDescriptor: {
        columns: [
          { name: "id", type: "string" },
          { name: "temperature", type: "double", comment: "In °C." },
        ],
        location: "s3://lake/readings/",
        inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        serDeInfo: {
          serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        },
      },
    });
    assert.deepEqual(
      [tableMade.id, tableMade.state.arn],
      [
        `123456789012:${database}:${table}`,
        `arn:aws:glue:eu-central-1:123456789012:table/${database}/${table}`,
      ],
    );
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
    assert.deepEqual(Table?.StorageDescriptor?.Columns, [
      { Name: "id", Type: "string" },
      { Name: "temperature", Type: "double", Comment: "In °C." },
    ]);
    assert.deepEqual(Table?.PartitionKeys, [{ Name: "day", Type: "date" }]);
    assert.equal(Table?.StorageDescriptor?.Location, "s3://lake/readings/");
    assert.deepEqual(Table?.Parameters, { classification: "parquet" });
  });

  it("includes our own buffering, and lists settings without effect", async () => {
    const inputs = {
      name: "to-endpoint",
      destination: "http_endpoint",
      serverSideEncryption: { enabled: true },
      httpEndpointConfiguration: { url: "https://example.com", retryDuration: 7200 },
    };
    const type = "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
    const made = await world.create(type, inputs);
    assert.deepEqual(world.calls, [["deliveryStreams.add", inputs]]);
    const arn = "arn:of:deliveryStreams.add";
    assert.deepEqual(made, { id: arn, state: { ...inputs, arn } });
    assert.deepEqual(world.notHonoured, [
      "Records that delivery streams hold are not encrypted here.",
      "Delivery streams retry a failing endpoint for 30 s here, however long their retryDuration is.",
    ]);
  });

  it("is complete for a stream that writes to a bucket", async () => {
    await world.create("kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", {
      name: "to-bucket",
      destination: "extended_s3",
      extendedS3Configuration: { bucketArn: "arn:aws:s3:::lake" },
    });
    assert.deepEqual(world.notHonoured, []);
  });
});
