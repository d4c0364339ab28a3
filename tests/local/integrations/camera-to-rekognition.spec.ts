import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { requestCredentials } from "../../../local/devices/camera";
import { drawPicture } from "../../../local/devices/pictures";
import type { Credentials } from "../../../local/aws/clients";
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
  referenceTo,
} from "./cameras";
import { eventually } from "./eventually";
import { watch } from "./functions";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedAs, quarantinedFrom } from "./queues";
import { deployed, type World } from "./world";

describe("camera-to-rekognition on this machine", function () {
  this.timeout(120_000);
  let world: World;
  let outputs: Record<string, string | undefined>;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("camera-to-rekognition");
    await world.deployment.idle();
    outputs = world.outputs.of[integration] ?? {};
  });

  /** The calls of Rekognition that were answered with labels, for images of a camera. */
  const callsFor = (deviceId: string): string[] =>
    world.platform.rekognition.detected().filter((name) => name.includes(`/${deviceId}/`));

  const assertNothingWaits = async () => {
    for (const queue of ["queueUrl", "failuresUrl"])
      assert.deepEqual(await held(world, outputs[queue]), [], queue);
  };

  it("keeps the labels of each image, with every value right, whatever its name is", async () => {
    const camera = await cameraOf(world, "camera-delivery");
    const files = [
      "yard.png",
      "gate+door.png",
      "100%.png",
      "a%2Bb.png",
      "Büro 1/夜.png",
      "a&b='#.png",
    ];
    const since = Date.now();
    const uploads = [];
    for (const file of files) uploads.push(await camera.upload(file, picture("Car", "Tree")));
    const jpeg = drawPicture({ things: ["Dog"], format: "jpg" });
    uploads.push(await camera.upload("dog.jpg", jpeg));
    const items = await analysed(world, "camera-delivery", 7);
    const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
    assert.deepEqual(
      items
        .map(({ key, versionId }) => ({ bucket: outputs["imagesBucket"], key, versionId }))
        .sort(byKey),
      uploads.sort(byKey),
    );
    for (const { key, labels, uploadedAt } of items) {
      // Times of events are in whole seconds.
      assert.ok(uploadedAt >= since - 1000 && uploadedAt <= Date.now(), String(uploadedAt));
      const names = labels.map(([name]) => name);
      assert.deepEqual(names, key.endsWith("dog.jpg") ? ["Dog"] : ["Car", "Tree"], key);
      for (const [, confidence] of labels) assert.ok(confidence >= 80 && confidence <= 100);
    }
    assert.equal(callsFor("camera-delivery").length, 7);
    await world.deployment.idle();
    await assertNothingWaits();
  });

  it("alerts about a person once, and mutes the next one of the same camera", async () => {
    const camera = await cameraOf(world, "camera-person");
    for (const file of ["1.png", "2.png"]) {
      await camera.upload(file, picture("Person", "Car"));
      await analysed(world, "camera-person", file === "1.png" ? 1 : 2);
    }
    await world.deployment.idle();
    const alerts = world.platform.inbox
      .received()
      .filter(({ topicArn }) => topicArn === outputs["alertsTopicArn"])
      .filter(({ attributes }) => attributes.deviceId === "camera-person");
    assert.equal(alerts.length, 1);
    assert.match(
      JSON.stringify(alerts[0]),
      /Camera camera-person sees Person \(\d+\.\d %\)\..*images\/camera-person\/1\(\.\)png/,
    );
  });

  it("analyses both versions of an image that is overwritten", async () => {
    const camera = await cameraOf(world, "camera-versions");
    const [first, second] = await Promise.all([
      camera.upload("same.png", picture("Car")),
      camera.upload("same.png", picture("Tree")),
    ]);
    const items = await analysed(world, "camera-versions", 2);
    const found = Object.fromEntries(
      items.map(({ versionId, labels }) => [versionId, labels.map(([name]) => name)]),
    );
    assert.deepEqual(found, {
      [first.versionId ?? ""]: ["Car"],
      [second.versionId ?? ""]: ["Tree"],
    });
  });

  it("has an image analysed once that is announced again", async () => {
    const camera = await cameraOf(world, "camera-twice");
    const uploaded = await camera.upload("1.png", picture("Car"));
    const [item] = await analysed(world, "camera-twice");
    await announce(world, uploaded, item?.uploadedAt);
    await world.deployment.idle();
    assert.equal((await analysedOf(world, "camera-twice")).length, 1);
    assert.equal(callsFor("camera-twice").length, 1);
  });

  it("quarantines exactly the images that cannot be analysed, each for its reason, without a retry", async () => {
    const name = "camera-poison";
    const camera = await cameraOf(world, name);
    const watched = watch(world, analyser);
    const text = await camera.upload("text.jpg", Buffer.from("no picture"));
    const small = await camera.upload(
      "small.png",
      drawPicture({ things: ["Car"], format: "png", width: 79, height: 100 }),
    );
    const wide = await camera.upload(
      "wide.png",
      drawPicture({ things: [], format: "png", width: 10_001, height: 80 }),
    );
    const good = await camera.upload("good.png", picture("Car"));
    const absent = { ...good, key: `images/${name}/absent.png` };
    await announce(world, absent);
    await world.platform.clients
      .get(SQSClient)
      .send(new SendMessageCommand({ QueueUrl: outputs["queueUrl"], MessageBody: "no event" }));
    const entries = await eventually("four entries in the quarantine", async () => {
      const found = await quarantinedFrom(world, integration, name);
      return found.length >= 4 && found;
    });
    assert.deepEqual(Object.fromEntries(entries.map(({ reason, payload }) => [payload, reason])), {
      [referenceTo(text)]: "image-format",
      [referenceTo(small)]: "image-too-small",
      [referenceTo(wide)]: "image-too-large",
      [referenceTo(absent)]: "image-missing",
    });
    const [stranger] = await eventually("the other message in the quarantine", async () => {
      const found = await quarantinedAs(world, integration, Buffer.from("no event"));
      return found.length > 0 && found;
    });
    assert.equal(stranger?.reason, "not-an-image-event");
    const items = await analysed(world, name);
    assert.deepEqual(
      items.map(({ key }) => key),
      [good.key],
    );
    await world.deployment.idle();
    assert.deepEqual(watched.failures(), []);
    watched.stop();
    await assertNothingWaits();
  });

  it("analyses an image after Rekognition has throttled its calls", async () => {
    const camera = await cameraOf(world, "camera-throttled");
    await impatient(
      world,
      async () => {
        // More than the attempts of one invocation.
        world.platform.rekognition.throttle(4);
        await camera.upload("1.png", picture("Car"));
        await analysed(world, "camera-throttled");
      },
      5,
    );
    assert.deepEqual(await quarantinedFrom(world, integration, "camera-throttled"), []);
    await assertNothingWaits();
  });

  it("sets images aside while the role may read nothing, quarantines none, and analyses each once after a redrive", async () => {
    const name = "camera-broken-role";
    const camera = await cameraOf(world, name);
    const uploads = await without(
      world,
      [`${analyser}-role/ReadImages`, `${analyser}-role/FindImages`],
      () =>
        impatient(world, async () => {
          const sent = [
            await camera.upload("1+1.png", picture("Car")),
            await camera.upload("100%.png", picture("Tree")),
          ];
          await eventually("both in the failures queue", async () => {
            const found = await held(world, outputs["failuresUrl"]);
            return found.length === 2 && found;
          });
          return sent;
        }),
    );
    assert.deepEqual(await analysedOf(world, name), []);
    assert.deepEqual(await quarantinedFrom(world, integration, name), []);
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "2 redriven, 0 left"], lines.join("\n"));
    for (const { key } of uploads)
      assert.ok(lines.some((line) => line.includes(`image ${key} to its analyser`)));
    const items = await analysed(world, name, 2);
    assert.deepEqual(
      items.map(({ versionId }) => versionId).sort(),
      uploads.map(({ versionId }) => versionId).sort(),
    );
    await world.deployment.idle();
    await assertNothingWaits();
  });

  describe("the credentials of a camera", () => {
    const request = (changes: {
      thingName?: string;
      policies?: string[];
      roleAlias?: string;
      name: string;
    }) =>
      world.platform.iotCore
        .addThing(changes.name, changes.policies ?? [outputs["cameraPolicyName"] ?? ""])
        .then((credentials) =>
          requestCredentials({
            credentials,
            credentialsEndpoint: world.platform.iotCore.credentialsEndpoint,
            roleAlias: changes.roleAlias ?? outputs["roleAlias"] ?? "",
            ...(changes.thingName !== undefined && { thingName: changes.thingName }),
          }),
        );

    const credentialsIn = (body: string): Credentials => {
      const { credentials } = JSON.parse(body) as { credentials: Credentials };
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      return { accessKeyId, secretAccessKey, sessionToken };
    };

    it("are valid for 15 minutes", async () => {
      const name = "camera-session";
      const { status, body } = await request({ name, thingName: name });
      assert.equal(status, 200);
      const { credentials } = JSON.parse(body) as {
        credentials: Record<string, string>;
      };
      assert.deepEqual(Object.keys(credentials).sort(), [
        "accessKeyId",
        "expiration",
        "secretAccessKey",
        "sessionToken",
      ]);
      const minutes = (Date.parse(credentials["expiration"] ?? "") - Date.now()) / 60_000;
      assert.ok(minutes > 13 && minutes <= 15, String(minutes));
    });

    it("reach the camera's own folder only: no other, no other bucket, no reading and no list", async () => {
      const camera = await cameraOf(world, "camera-own");
      await camera.upload("1.png", picture("Car"));
      for (const key of ["images/camera-other/1.png", "images/camera-own-2/1.png", "other.png"])
        await assert.rejects(camera.upload("", picture("Car"), key), { name: "AccessDenied" }, key);
      const name = "camera-reader";
      const { body } = await request({ name, thingName: name });
      const credentials = credentialsIn(body);
      const s3 = world.platform.clients.get(S3Client, credentials);
      const Bucket = outputs["imagesBucket"];
      const denied = { name: "AccessDenied" };
      const Key = "images/camera-own/1.png";
      await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key })), denied);
      await assert.rejects(s3.send(new ListObjectsV2Command({ Bucket })), denied);
    });

    it("reach nothing if the camera names no thing", async () => {
      const { status, body } = await request({ name: "camera-nameless" });
      assert.equal(status, 200);
      const credentials = credentialsIn(body);
      const camera = await cameraOf(world, "camera-named");
      await camera.upload("1.png", picture());
      const { clients } = world.platform;
      for (const folder of ["camera-nameless", "", "${credentials-iot:ThingName}"])
        await assert.rejects(
          clients.get(S3Client, credentials).send(
            new PutObjectCommand({
              Bucket: outputs["imagesBucket"],
              Key: `images/${folder}/1.png`,
              Body: "x",
            }),
          ),
          { name: "AccessDenied" },
          folder,
        );
    });

    const refused: Record<string, Parameters<typeof request>[0]> = {
      "another thing than its own": { name: "camera-liar", thingName: "camera-own" },
      "an alias that its policies do not allow": {
        name: "camera-without-policy",
        thingName: "camera-without-policy",
        policies: [],
      },
    };
    for (const [what, changes] of Object.entries(refused))
      it(`are refused for ${what}`, async () => {
        const traced = world.platform.trace.until(
          "the refusal",
          (event) => event.kind === "refused" && event.clientId === changes.name,
        );
        const { status, body } = await request(changes);
        assert.deepEqual([status, JSON.parse(body)], [403, { message: "Access Denied" }]);
        await traced;
      });

    it("are refused for an alias that does not exist, and for a certificate that is not active", async () => {
      const { status } = await request({ name: "camera-aliased", roleAlias: "none" });
      assert.equal(status, 404);
      const { iotCore } = world.platform;
      const credentials = await iotCore.addThing("camera-inactive", [
        outputs["cameraPolicyName"] ?? "",
      ]);
      iotCore.deactivateCertificate("camera-inactive");
      const answer = await requestCredentials({
        ...{ credentials, credentialsEndpoint: iotCore.credentialsEndpoint },
        roleAlias: outputs["roleAlias"] ?? "",
        thingName: "camera-inactive",
      });
      assert.equal(answer.status, 403);
    });
  });
});
