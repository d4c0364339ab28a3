import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { connectAsync } from "mqtt";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { deployProgram, type Deployment } from "../../local/deployment";
import { startPlatform, type Platform } from "../../local/platform";
import { readStackOutputs } from "../../operations/stack-outputs";
import { createCheckout } from "../local/checkout";
import { python } from "../support/account";
import { directory, installMilliseconds } from "../support/emulator";

/** Programs of other projects, which the local run deploys in place of this one. */
describe("Programs of other projects", function () {
  this.timeout(120_000);
  let platform: Platform;
  let deployment: Deployment | undefined;
  let folder: string | undefined;

  before(async function () {
    this.timeout(installMilliseconds);
    platform = await startPlatform({ directory, python: await python(), region: "eu-central-1" });
  });
  afterEach(async () => {
    await deployment?.stop();
    deployment = undefined;
    if (folder !== undefined) fs.rmSync(folder, { recursive: true });
    folder = undefined;
  });
  after(() => platform?.stop());

  const deploy = async (program: string): Promise<Deployment> =>
    (deployment = await deployProgram({ ...platform, program }, "local"));

  it("run with a rule, a function and generated names of their own", async () => {
    const { outputs, idle } = await deploy(path.join(directory, "examples/own-rule"));
    const { devicePolicyName, topicPrefix } = readStackOutputs(outputs);
    assert.match(devicePolicyName, /^devices-[0-9a-f]{7}$/);
    const thing = await platform.iotCore.addThing("shelf", [devicePolicyName]);
    const { ca, certificate: cert, privateKey: key } = thing;
    const client = await connectAsync(platform.iotCore.mqttUrl, {
      ...{ clientId: "shelf", ca, cert, key },
    });
    for (const temperature of [21, 35.5, 30, 12])
      await client.publishAsync(`${topicPrefix}/shelf/telemetry`, JSON.stringify({ temperature }), {
        qos: 1,
      });
    await client.endAsync();
    await idle();
    const { Items } = await platform.clients
      .get(DynamoDBClient)
      .send(new ScanCommand({ TableName: outputs["tableName"] as string }));
    assert.deepEqual(Items, [{ deviceId: { S: "shelf" }, hottest: { N: "35.5" } }]);
  });

  it("run with this project's packages of Pulumi, wherever they are", async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "foreign-"));
    const write = (name: string, text: string): void => {
      fs.mkdirSync(path.dirname(path.join(folder ?? "", name)), { recursive: true });
      fs.writeFileSync(path.join(folder ?? "", name), text);
    };
    write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
    write("Pulumi.local.yaml", "config:\n  aws:region: eu-central-1\n");
    for (const name of ["aws", "pulumi"])
      write(`node_modules/@pulumi/${name}/index.js`, "throw new Error('another Pulumi');");
    write(
      "index.ts",
      `import * as aws from "@pulumi/aws";
      export = async () => ({ topic: new aws.sns.Topic("orders").name });`,
    );
    const { outputs } = await deploy(folder);
    assert.match(String(outputs["topic"]), /^orders-[0-9a-f]{7}$/);
    assert.throws(() => readStackOutputs(outputs), {
      message:
        "The program must export devicePolicyName, the name of the AWS IoT policy of its devices. The program must export topicPrefix, the first levels of the topics of its devices, <prefix>/<device>/telemetry.",
    });
  });

  it("run with one integration, which the audit covers", async () => {
    const checkout = createCheckout();
    try {
      const words = "--project examples/one-integration --once --messages 100 --invalid 0.1";
      const run = checkout.start(words.split(" "));
      assert.equal(await run.ended, 0, run.stdout() + run.stderr());
      assert.match(run.stdout(), /^iot-to-sqs +100 +100 /m);
      assert.match(run.stdout(), /^Every message is accounted for: 100 .* none lost\.$/m);
    } finally {
      await checkout.remove();
    }
  });
});
