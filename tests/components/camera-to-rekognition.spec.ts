import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { CameraToRekognition, cameraToRekognition } from "../../components/camera-to-rekognition";
import { readAll } from "../../components/parts/settings/setting";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { administered, encryptFor, usedBy } from "./keys";
import { allow, arns, completed, fromEventRule, writeLogs } from "./support";

/** The name is too long for a bucket, so it is cut and ends in a hash. */
const bucketName = `iot-integrations-test-euc1-camera-to-reko-31e5c94f-${account}`;
const bucket = `arn:aws:s3:::${bucketName}`;
const alias = "iot-integrations-test-camera-to-rekognition-camera";
const uploads = "iot-integrations-test-camera-to-rekognition-uploads";

describe("CameraToRekognition", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed(
        (given) =>
          new CameraToRekognition("camera-to-rekognition", {
            ...given,
            emails: ["night-shift@example.com"],
          }),
      ),
    );
  });

  it("has no topic rule: images are uploaded, not published", () => {
    assert.deepEqual([...made.all("aws:iot/topicRule:TopicRule")], []);
  });

  it("lets a camera write below its own name, and nothing else", () => {
    const name = "camera-to-rekognition-camera-role";
    assert.deepEqual(
      statements(made.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [allow("UploadOwn", "s3:PutObject", `${bucket}/images/\${credentials-iot:ThingName}/*`)],
    );
    assert.deepEqual(statements(made.only("aws:iam/role:Role", name).assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "credentials.iot.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ]);
  });

  it("gives cameras an alias for 15 minutes, which a policy of its own allows", () => {
    assert.deepEqual(made.only("aws:iot/roleAlias:RoleAlias"), {
      alias,
      credentialDuration: 900,
      roleArn: arns.role("camera-to-rekognition-camera-role"),
    });
    const policies = made.all("aws:iot/policy:Policy");
    assert.deepEqual([...policies.keys()], ["camera-to-rekognition-camera-policy"]);
    assert.deepEqual(statements(policies.get("camera-to-rekognition-camera-policy")?.policy), [
      allow(
        "UseAlias",
        "iot:AssumeRoleWithCertificate",
        `arn:aws:iot:${region}:${account}:rolealias/${alias}`,
      ),
    ]);
  });

  it("lets the analyser detect labels, read images, keep labels, alert, decide, quarantine and log, and nothing else", () => {
    const name = "camera-to-rekognition-analyser-role";
    assert.deepEqual(
      statements(made.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [
        writeLogs("camera-to-rekognition-analyser"),
        allow(
          "ConsumeQueue",
          ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          arns.queue("camera-to-rekognition-queue"),
        ),
        allow("DetectLabels", ["rekognition:DetectLabels"], "*"),
        allow("ReadImages", ["s3:GetObject", "s3:GetObjectVersion"], `${bucket}/images/*`),
        allow("FindImages", "s3:ListBucket", bucket),
        allow(
          "KeepLabels",
          ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
          arns.table("camera-to-rekognition-labels"),
        ),
        allow("PublishToTopic", "sns:Publish", arns.topic("camera-to-rekognition-alerts")),
        encryptFor("camera-to-rekognition-alerts"),
        allow(
          "DecideByGate",
          ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          arns.table("camera-to-rekognition-gate"),
        ),
        allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
      ],
    );
    assert.deepEqual(statements(made.only("aws:iam/role:Role", name).assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ]);
  });

  it("keeps versions of images, and deletes objects, earlier versions and incomplete uploads", () => {
    assert.deepEqual(made.only("aws:s3/bucketVersioning:BucketVersioning"), {
      bucket: bucketName,
      versioningConfiguration: { status: "Enabled" },
    });
    const { rules } = made.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    assert.deepEqual(rules, [
      {
        ...{ id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } },
        noncurrentVersionExpiration: { noncurrentDays: 3 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });

  it("announces every image to the queue, and what the queue refuses to the failures queue", () => {
    assert.deepEqual(made.only("aws:s3/bucketNotification:BucketNotification"), {
      bucket: bucketName,
      eventbridge: true,
    });
    const rule = made.only("aws:cloudwatch/eventRule:EventRule");
    assert.deepEqual(document(rule.eventPattern), {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix: "images/" }] } },
    });
    const target = made.only("aws:cloudwatch/eventTarget:EventTarget");
    assert.deepEqual(
      [target.arn, target.deadLetterConfig],
      [
        arns.queue("camera-to-rekognition-queue"),
        { arn: arns.queue("camera-to-rekognition-failures") },
      ],
    );
    for (const name of ["camera-to-rekognition-queue", "camera-to-rekognition-failures"]) {
      const { policy } = made.all("aws:sqs/queue:Queue").get(name) ?? {};
      const senders = (statements(policy) as { Sid: string }[]).filter(
        ({ Sid }) => Sid === "SendFromEventRule",
      );
      assert.deepEqual(senders, [fromEventRule(name, uploads)]);
    }
  });

  it("delivers a message for over an hour before it sets it aside", () => {
    const queue = made.all("aws:sqs/queue:Queue").get("camera-to-rekognition-queue");
    const { maxReceiveCount } = document(queue?.redrivePolicy);
    assert.deepEqual([maxReceiveCount, queue?.visibilityTimeoutSeconds], [12, 360]);
  });

  it("has labels that expire, sorted by time of upload", () => {
    const table = made.all("aws:dynamodb/table:Table").get("camera-to-rekognition-labels");
    assert.deepEqual([table?.hashKey, table?.rangeKey], ["deviceId", "imageId"]);
    assert.deepEqual(table?.ttl, { attributeName: "expiresAt", enabled: true });
    assert.equal(table?.deletionProtectionEnabled, true);
  });

  it("encrypts alerts with a key that only the analyser uses", () => {
    const { policy } = made.only("aws:kms/key:Key", "camera-to-rekognition-alerts-key");
    assert.deepEqual(statements(policy), [
      administered,
      usedBy("camera-to-rekognition-analyser-role"),
    ]);
  });

  it("has an alarm for each way to fail", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()]
      .filter((name) => name.startsWith("camera-"))
      .sort();
    assert.deepEqual(alarms, [
      "camera-to-rekognition-analyser-errors",
      "camera-to-rekognition-analyser-throttles",
      "camera-to-rekognition-backlog",
      "camera-to-rekognition-failures-age",
      "camera-to-rekognition-failures-arrivals",
      "camera-to-rekognition-failures-depth",
      "camera-to-rekognition-gate-throttled",
      "camera-to-rekognition-labels-throttled",
      "camera-to-rekognition-not-set-aside",
      "camera-to-rekognition-uploads-failed-invocations",
      "camera-to-rekognition-uploads-invocations-failed-to-be-sent-to-dlq",
      "camera-to-rekognition-uploads-throttled-rules",
    ]);
  });

  it("has no subscription, and admits no topic to the failures queue, without recipients", async () => {
    const silent = await deploy(() =>
      completed((given) => new CameraToRekognition("camera-to-rekognition", given)),
    );
    assert.deepEqual([...silent.all("aws:sns/topicSubscription:TopicSubscription")], []);
    const { policy } =
      silent.all("aws:sqs/queue:Queue").get("camera-to-rekognition-failures") ?? {};
    assert.doesNotMatch(String(policy), /sns\.amazonaws\.com/);
  });
});

describe("The settings of camera-to-rekognition", () => {
  const read = (values: Record<string, string>) =>
    deploy(
      () => ({
        read: readAll(new pulumi.Config("camera-to-rekognition"), cameraToRekognition.settings),
      }),
      {
        config: Object.fromEntries(
          Object.entries(values).map(([key, value]) => [`camera-to-rekognition:${key}`, value]),
        ),
      },
    ).then(({ outputs }) => outputs.read);

  it("have defaults: alerts about people at night", async () => {
    assert.deepEqual(await read({}), {
      ...{ alertLabels: ["Person"], alertHours: "22-6", timeZone: "UTC", emails: [] },
      ...{ minConfidence: 80, maxLabels: 20, keepDays: 30, credentialMinutes: 15 },
      ...{ maximumConcurrency: 2, deviceBudget: 4, totalBudget: 100 },
      ...{ quietMinutes: 15, repeatMinutes: 240 },
    });
  });

  const bad: Record<string, string[]> = {
    alertHours: ["22", "22-22", "6-24", "night"],
    timeZone: ["Berlin", "Europe/Atlantis"],
    minConfidence: ["-1", "101", "0.5"],
    maxLabels: ["0", "101"],
    credentialMinutes: ["14", "61"],
    alertLabels: ['[""]', '[" Person"]', '["Person","Person"]'],
    maximumConcurrency: ["1"],
  };
  for (const [key, values] of Object.entries(bad))
    it(`refuse ${key} that is out of bounds`, async () => {
      for (const value of values)
        await assert.rejects(
          read({ [key]: value }),
          new RegExp(`camera-to-rekognition:${key}(\\[\\d\\])? (is|repeats) `),
          value,
        );
    });

  it("take hours of a day and time zones of the world", async () => {
    for (const alertHours of ["always", "0-23", "22-6"]) await read({ alertHours });
    for (const timeZone of ["Europe/Berlin", "America/New_York", "UTC"]) await read({ timeZone });
  });
});
