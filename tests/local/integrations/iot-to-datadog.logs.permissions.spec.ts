import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { deployedWithLogs, failedBatches, integration, logged, logsOf } from "./datadog";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged } from "./functions";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import type { World } from "./world";

const rule = "iot-to-datadog-logs-rule";
const shaper = "iot-to-datadog-log-shaper";
const role = `${shaper}-role`;
const stream = "iot-to-datadog-logs-role";

describeDenials(
  ["iot-to-datadog-logs", "iot-to-datadog-log-shaper"],
  ({ denied, unseen }) => {
    let world: World;

    before(async function () {
      this.timeout(installMilliseconds);
      world = await deployedWithLogs();
      await world.deployment.idle();
    });

    const toStream: RuleUnderTest = {
      ...{ rule, integration, message: readingOf },
      arrived: (device) => logged(world, device),
    };

    /** Publishes without a statement; returns the only failed batch that this leaves. */
    async function failedWithout(
      statement: string,
      name: string,
      payload: Buffer | object,
    ): Promise<[key: string, text: string]> {
      const device = await world.device(name);
      const before = await failedBatches(world);
      await without(world, [statement], async () => {
        await device.publish(payload);
        await world.deployment.idle();
      });
      await setAside(world, integration, name);
      const [batch, ...others] = [...(await failedBatches(world))].filter(
        ([key]) => !before.has(key),
      );
      assert.ok(batch);
      assert.deepEqual(others, []);
      assert.deepEqual(logsOf(world, name), []);
      return batch;
    }

    /** Publishes a reading that Datadog does not take, without a statement, until `what` is denied to the stream. */
    async function refusedWithout(statement: string, name: string, what: string): Promise<void> {
      const device = await world.device(name);
      const { datadog } = world.platform;
      datadog.answer("broken");
      await without(world, [statement], async () => {
        const warned = denialWarned(world, "delivery stream", what);
        await device.publish(readingOf(name));
        await warned;
      });
      datadog.answer("healthy");
      await setAside(world, integration, name);
    }

    denied(
      `${rule}-role/PutToDeliveryStream`,
      "the rule keeps what the stream does not take",
      async () => {
        const device = "datadog-logs-no-put";
        const statement = "PutToDeliveryStream";
        const [failedAction, action] = ["FirehoseAction", "firehose:PutRecord"];
        await keptWithout(world, toStream, { statement, failedAction, action, device });
        assert.deepEqual(logsOf(world, device), []);
      },
    );

    denied(
      `${rule}-role/SendToQueueOnError`,
      "what the stream does not take is lost, and counted",
      () => lostWithout(world, toStream, "PutToDeliveryStream"),
    );

    denied(`${stream}/Transform`, "the stream stores the original message", async () => {
      const name = "datadog-logs-no-transform";
      const [key, text] = await failedWithout(`${stream}/Transform`, name, readingOf(name));
      assert.match(key, /^processing-failed\//);
      assert.match(text, /"errorCode":"Lambda.InvokeAccessDenied"/);
    });

    denied(`${stream}/ReadKey`, "the stream stores the log", async () => {
      const name = "datadog-logs-no-key";
      const [key, text] = await failedWithout(`${stream}/ReadKey`, name, readingOf(name));
      assert.match(key, /^http-endpoint-failed\//);
      assert.match(text, /AccessDenied.*secretsmanager:GetSecretValue/);
    });

    denied(`${stream}/WriteObjects`, "the stream keeps what it cannot store, and warns", () =>
      refusedWithout(`${stream}/WriteObjects`, "datadog-logs-no-store", "s3:PutObject"),
    );

    denied(`${stream}/WriteLogs`, "the log of the stream is incomplete, with a warning", () =>
      refusedWithout(`${stream}/WriteLogs`, "datadog-logs-no-log", "logs:PutLogEvents"),
    );

    denied(`${role}/Quarantine`, "the stream stores an invalid message", async () => {
      const since = Date.now();
      const name = "datadog-logs-no-quarantine";
      const [key, text] = await failedWithout(`${role}/Quarantine`, name, Buffer.from([0xff]));
      assert.match(key, /^processing-failed\//);
      assert.match(text, /"errorCode":"Lambda.ProcessingFailedStatus"/);
      await assertLogged(world, shaper, {
        ...{ since, message: "the quarantine is out of reach" },
        error: /^AccessDenied.* sqs:SendMessage/,
      });
    });

    unseen(
      {
        [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
        [`${stream}/FindBucket`]:
          "the local delivery stream writes objects without looking for the bucket",
      },
      async () => {
        const { name, publish } = await world.device("datadog-logs-unseen");
        await publish(readingOf(name));
        await logged(world, name);
      },
    );

    it("has every message in its sink after the redrive, exactly once", async () => {
      const { code, lines } = await redrive(world, integration);
      assert.equal(code, 0, lines.join("\n"));
      assert.match(lines.at(-1) ?? "", /^\d+ redriven, 0 left$/);
      await world.deployment.idle();
      const devices = ["put", "transform", "key", "store", "log"].map(
        (what) => `datadog-logs-no-${what}`,
      );
      for (const device of devices) await logged(world, device);
      const entry = await eventually("the invalid message in the quarantine", async () =>
        one(await quarantinedFrom(world, integration, "datadog-logs-no-quarantine")),
      );
      assert.equal(entry.reason, "not-utf8");
      assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
      assert.deepEqual(await setAsideFrom(world, integration, ...devices), []);
      assert.equal((await failedBatches(world)).size, 0);
    });
  },
  deployedWithLogs,
);
