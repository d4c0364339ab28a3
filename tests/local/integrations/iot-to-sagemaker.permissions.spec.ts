import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { alerted, alertsOf, integration, scored, scoresOf } from "./scores";
import { deployed, type World } from "./world";

const scorer = "iot-to-sagemaker-scorer";
const role = `${scorer}-role`;
const endpointRole = "iot-to-sagemaker-endpoint-role";

describeDenials(["iot-to-sagemaker"], ({ denied, unseen }) => {
  let world: World;
  const unscored: string[] = [];
  const unalerted: string[] = [];

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-sagemaker");
    await world.deployment.idle();
  });

  const hot = (device: string) => readingOf(device, { temperature: 150 });

  /** Publishes while a statement is missing; the record goes to S3 after its retries, with the reason in the log. */
  async function setAsideWithout(
    statement: string,
    name: string,
    { payload, message, error }: { payload: Buffer | object; message: string; error: RegExp },
  ): Promise<void> {
    const device = await world.device(name);
    const since = Date.now();
    const bytes = await without(world, [`${role}/${statement}`], async () => {
      const sent = await device.publish(payload);
      await setAside(world, integration, name);
      return sent;
    });
    const { sent, objects } = await setAside(world, integration, name);
    assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(objects.length, 1);
    await assertLogged(world, scorer, { since, message, error });
  }

  denied(
    `${role}/InvokeEndpoint`,
    "the record goes to S3, and nothing to the quarantine",
    async () => {
      const name = "no-invoke-endpoint";
      await setAsideWithout("InvokeEndpoint", name, {
        payload: readingOf(name),
        message: "readings not scored",
        error: /^AccessDenied.* sagemaker:InvokeEndpoint /,
      });
      assert.deepEqual(await scoresOf(world, name), []);
      assert.deepEqual(await quarantinedFrom(world, integration, name), []);
      unscored.push(name);
    },
  );

  denied(`${role}/WriteScores`, "the record goes to S3, and no alert is sent", async () => {
    const name = "no-write-scores";
    await setAsideWithout("WriteScores", name, {
      payload: hot(name),
      message: "scores not stored",
      error: /^AccessDenied.* dynamodb:BatchWriteItem /,
    });
    assert.deepEqual(await scoresOf(world, name), []);
    assert.deepEqual(alertsOf(world, name), []);
    unscored.push(name);
  });

  for (const [statement, name, error] of [
    ["DecideByGate", "no-gate-sagemaker", /^AccessDenied.* dynamodb:BatchGetItem /],
    ["PublishToTopic", "no-publish-sagemaker", /^AuthorizationError.* sns:Publish /],
    ["Publish", "no-anomaly-sagemaker", /^ForbiddenException/],
  ] as const)
    denied(`${role}/${statement}`, "the anomaly goes to S3, with its score stored", async () => {
      await setAsideWithout(statement, name, {
        ...{ payload: hot(name), message: "alert not sent", error },
      });
      await scored(world, name, 1);
      assert.deepEqual(alertsOf(world, name), []);
      unalerted.push(name);
    });

  denied(`${role}/Quarantine`, "an invalid record goes to S3", () =>
    setAsideWithout("Quarantine", "no-quarantine-sagemaker", {
      payload: Buffer.from("hello"),
      message: "the quarantine is out of reach",
      error: /^AccessDenied.* sqs:SendMessage/,
    }),
  );

  denied(`${role}/ReadStream`, "records wait in the stream until it is back", async () => {
    const device = await world.device("no-read-stream-sagemaker");
    await without(world, [`${role}/ReadStream`], async () => {
      const warned = denialWarned(world, "stream mapping", "kinesis:Get");
      await device.publish(readingOf(device.name));
      await warned;
      assert.deepEqual(await scoresOf(world, device.name), []);
    });
    await scored(world, device.name, 1);
  });

  denied(
    `${role}/SetAsideRecords`,
    "a failed record holds its shard until it is back",
    async () => {
      const device = await world.device("no-set-aside-sagemaker");
      await without(world, [`${role}/SetAsideRecords`, `${role}/InvokeEndpoint`], async () => {
        const warned = denialWarned(world, "stream mapping", "s3:PutObject");
        await device.publish(readingOf(device.name));
        await warned;
        assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
      });
      await setAside(world, integration, device.name);
      unscored.push(device.name);
    },
  );

  unseen(
    {
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${role}/FindFailuresBucket`]: "only AWS looks for the bucket before it writes",
      [`${role}/EncryptForTopic`]: "the emulator does not encrypt topics",
      [`${endpointRole}/ReadModel`]: "the double of SageMaker loads no artefact",
      [`${endpointRole}/PullImage`]: "the double of SageMaker runs no container",
      [`${endpointRole}/AuthenticateToRegistry`]: "the double of SageMaker runs no container",
      [`${endpointRole}/WriteLogs`]: "the double of SageMaker writes no log",
      [`${endpointRole}/PublishMetrics`]: "the double of SageMaker has no instances to measure",
    },
    async () => {
      const device = await world.device("unseen-sagemaker");
      await device.publish(hot(device.name));
      await alerted(world, device.name);
    },
  );

  it("has every message in its place after the redrive, exactly once", async () => {
    const name = "no-quarantine-sagemaker";
    const before = await refusedBy(world, scorer, name);
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    for (const device of unscored) await scored(world, device, 1);
    for (const device of unalerted) {
      await alerted(world, device);
      await scored(world, device, 1);
    }
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, name)),
    );
    assert.equal(entry.reason, "not-json");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, scorer, name, before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-json"]);
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
