import fc from "fast-check";
import * as assert from "node:assert/strict";
import { eventOf, imageIn } from "../../../functions/camera-to-rekognition/image";
import { bucketName, imageOf, uploadedAt } from "./world";

const from = { bucketName, prefix: "images/" };

/** As EventBridge delivers it. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
const event = (changes: object = {}, object: object = {}) =>
  JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "123456789012",
    time: "2026-11-24T23:30:00Z",
    region: "eu-central-1",
    resources: ["arn:aws:s3:::pictures"],
    detail: {
      version: "0",
      bucket: { name: bucketName },
      object: {
        ...{ key: "images/cam-1/1.jpg", size: 1000, etag: "e", sequencer: "0" },
        ...{ "version-id": "v1", ...object },
      },
      reason: "PutObject",
    },
    ...changes,
  });

describe("An event about an image", () => {
  it("names the camera, the version, its size and its time", () => {
    assert.deepEqual(imageIn(event(), from), imageOf());
  });

  it("may have no version", () => {
    const { versionId: _, ...image } = imageOf();
    assert.deepEqual(imageIn(event({}, { "version-id": undefined }), from), image);
  });

  for (const file of [
    "a+b.jpg",
    "100%.jpg",
    "a%2Bb.jpg",
    "Büro 1/hof#2.jpg",
    "夜.png",
    "a/b/c",
    "\n",
  ])
    it(`has the key as it is: ${JSON.stringify(file)}`, () => {
      const key = `images/cam-1/${file}`;
      assert.deepEqual(imageIn(event({}, { key }), from), imageOf({ key }));
    });

  it("is read back for any key that a camera may choose", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(), (file, size) => {
        const image = imageOf({ key: `images/cam-1/${file}`, size });
        assert.deepEqual(imageIn(eventOf(image), from), image);
      }),
    );
  });

  const refused = {
    "no JSON": "no",
    "a number": "1",
    null: "null",
    "another event": JSON.stringify({ source: "aws.ec2", time: "2026-11-24T23:30:00Z" }),
    "an event without a time": event({ time: undefined }),
    "an event with a bad time": event({ time: "soon" }),
    "another bucket": event({
      detail: { bucket: { name: "secrets" }, object: { key: "images/cam-1/1.jpg", size: 1 } },
    }),
    "no bucket": event({ detail: { object: { key: "images/cam-1/1.jpg", size: 1 } } }),
    "a key that is no text": event({}, { key: 1 }),
    "a size that is no number": event({}, { size: "1" }),
    "another prefix": event({}, { key: "other/cam-1/1.jpg" }),
    "no camera": event({}, { key: "images/1.jpg" }),
    "an empty camera": event({}, { key: "images//1.jpg" }),
    "an empty file": event({}, { key: "images/cam-1/" }),
    "a camera with an illegal name": event({}, { key: "images/cam 1/1.jpg" }),
  };
  for (const [what, body] of Object.entries(refused))
    it(`is refused with a reason: ${what}`, () => {
      const verdict = imageIn(body, from);
      assert.ok("reason" in verdict);
      assert.equal(verdict.reason, "not-an-image-event");
    });

  it("has the time of the upload", () => {
    const image = imageIn(event(), from);
    assert.ok("key" in image);
    assert.equal(image.uploadedAt, uploadedAt);
  });
});
