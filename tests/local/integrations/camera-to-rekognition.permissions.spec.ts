import * as assert from "node:assert/strict";
import type { Uploaded } from "../../../local/devices/camera";
import { installMilliseconds } from "../../support/emulator";
import {
  analysed,
  analysedOf,
  analyser,
  announce,
  cameraOf,
  impatient,
  integration,
  picture,
} from "./cameras";
import { describeDenials } from "./denials";
import { eventually } from "./eventually";
import { assertLogged } from "./functions";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedFrom } from "./queues";
import { deployed, type World } from "./world";

const role = `${analyser}-role`;
const cameraRole = "camera-to-rekognition-camera-role";

describeDenials(["camera-to-rekognition"], ({ denied, unseen }) => {
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("camera-to-rekognition");
    await world.deployment.idle();
  });

  const keysInFailures = async (): Promise<string> =>
    (await held(world, world.outputs.of[integration]?.failuresUrl)).join("\n");

  /** Uploads without statements, until the queue has set the image aside. */
  async function setAsideWithout(
    statements: string[],
    name: string,
    bytes = picture("Car"),
  ): Promise<Uploaded> {
    const camera = await cameraOf(world, name);
    const uploaded = await without(world, statements, () =>
      impatient(world, async () => {
        const sent = await camera.upload("1.png", bytes);
        await eventually(`the image of ${name} in the failures queue`, async () =>
          (await keysInFailures()).includes(sent.key),
        );
        return sent;
      }),
    );
    assert.deepEqual(await quarantinedFrom(world, integration, name), []);
    return uploaded;
  }

  const logged = (since: number, deviceId: string, error: RegExp, message = "image not analysed") =>
    assertLogged(world, analyser, { since, message, error, deviceId });

  denied(`${cameraRole}/UploadOwn`, "the camera uploads nothing", async () => {
    const camera = await cameraOf(world, "camera-no-upload");
    await without(world, [`${cameraRole}/UploadOwn`], () =>
      assert.rejects(camera.upload("1.png", picture("Car")), { name: "AccessDenied" }),
    );
    await camera.upload("1.png", picture("Car"));
    await analysed(world, "camera-no-upload");
  });

  denied(`${role}/DetectLabels`, "the queue sets the image aside", async () => {
    const since = Date.now();
    await setAsideWithout([`${role}/DetectLabels`], "camera-no-detect");
    await logged(since, "camera-no-detect", /AccessDenied.* rekognition:DetectLabels/);
  });

  denied(`${role}/ReadImages`, "the queue sets the image aside, and quarantines none", async () => {
    const since = Date.now();
    await setAsideWithout([`${role}/ReadImages`], "camera-no-read");
    await logged(
      since,
      "camera-no-read",
      /^InvalidS3ObjectException: Unable to get object metadata/,
    );
  });

  denied(
    `${role}/KeepLabels`,
    "the queue sets the image aside, before a call is billed",
    async () => {
      await setAsideWithout([`${role}/KeepLabels`], "camera-no-keep");
      assert.deepEqual(
        world.platform.rekognition.detected().filter((name) => name.includes("camera-no-keep")),
        [],
      );
    },
  );

  denied(
    `${role}/DecideByGate`,
    "the queue sets the image aside, with its labels kept",
    async () => {
      const since = Date.now();
      const name = "camera-no-gate";
      await setAsideWithout([`${role}/DecideByGate`], name, picture("Person"));
      await logged(since, name, /AccessDenied.*dynamodb:BatchGetItem/, "alert not sent");
      assert.equal((await analysedOf(world, name)).length, 1);
    },
  );

  denied(
    `${role}/PublishToTopic`,
    "the queue sets the image aside, with its labels kept",
    async () => {
      const since = Date.now();
      const name = "camera-no-publish";
      await setAsideWithout([`${role}/PublishToTopic`], name, picture("Person"));
      await logged(since, name, /AuthorizationError|AccessDenied/, "alert not sent");
      assert.equal((await analysedOf(world, name)).length, 1);
    },
  );

  denied(`${role}/Quarantine`, "the queue sets a broken image aside", async () => {
    const name = "camera-no-quarantine";
    await setAsideWithout([`${role}/Quarantine`], name, Buffer.from("no picture"));
  });

  denied(`${role}/ConsumeQueue`, "the queue is not connected to the analyser", async () => {
    const mapping = world.deployment.resources.find(
      ({ type, plain }) =>
        type === "aws:lambda/eventSourceMapping:EventSourceMapping" &&
        String(plain.eventSourceArn).endsWith("camera-to-rekognition-queue"),
    );
    assert.ok(mapping);
    await without(world, [`${role}/ConsumeQueue`], () =>
      assert.rejects(world.create(mapping), /AccessDenied.*sqs:ReceiveMessage/),
    );
  });

  unseen(
    {
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${role}/EncryptForTopic`]: "the emulator encrypts no messages of topics",
      [`${role}/FindImages`]: "the emulator says that an object is absent without it",
    },
    async () => {
      const name = "camera-unseen";
      const camera = await cameraOf(world, name);
      const { bucket, versionId } = await camera.upload("1.png", picture("Person"));
      await analysed(world, name);
      await announce(world, { bucket, key: `images/${name}/absent.png`, versionId });
      const [entry] = await eventually("the absent image in the quarantine", async () => {
        const found = await quarantinedFrom(world, integration, name);
        return found.length > 0 && found;
      });
      assert.equal(entry?.reason, "image-missing");
    },
  );

  it("has every image in its sink after the redrive", async () => {
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "6 redriven, 0 left"], lines.join("\n"));
    for (const name of ["detect", "read", "keep", "gate", "publish"])
      await analysed(world, `camera-no-${name}`);
    const [entry] = await eventually("the broken image in the quarantine", async () => {
      const found = await quarantinedFrom(world, integration, "camera-no-quarantine");
      return found.length > 0 && found;
    });
    assert.equal(entry?.reason, "image-format");
    assert.match(
      Buffer.from(entry.payload, "base64").toString(),
      /"key":"images\/camera-no-quarantine\/1\.png"/,
    );
    await world.deployment.idle();
    const topicArn = world.outputs.of[integration]?.alertsTopicArn;
    for (const name of ["camera-no-gate", "camera-no-publish"])
      assert.equal(
        world.platform.inbox
          .received()
          .filter((one) => one.topicArn === topicArn && one.attributes.deviceId === name).length,
        1,
        name,
      );
    for (const queue of ["queueUrl", "failuresUrl"])
      assert.deepEqual(await held(world, world.outputs.of[integration]?.[queue]), []);
  });
});
