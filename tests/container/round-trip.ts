import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const project = path.join(__dirname, "../..");
const [image, name] = ["stream-to-fargate:test", `stream-to-fargate-test-${process.pid}`];

/** A stream and tables that are nowhere: the container starts, is healthy for the time of its leases, and cannot renew them. */
const environment = {
  STREAM_ARN: "arn:aws:kinesis:eu-central-1:123456789012:stream/none",
  SERVICE_NAME: "test",
  LEASES_TABLE_NAME: "none",
  STATISTICS_TABLE_NAME: "none",
  KEEP_DAYS: "30",
  QUARANTINE_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/123456789012/none",
  FAILURES_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/123456789012/none",
  HOLD_SECONDS: "60",
  LEASE_SECONDS: "600",
  HEALTH_PORT: "8080",
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "none",
  AWS_SECRET_ACCESS_KEY: "none",
  AWS_ENDPOINT_URL: "http://127.0.0.1:9",
};

/** Builds the image and runs it as ECS does. Needs a Docker engine: `npm run test:container`. */
describe("The image of stream-to-fargate", function () {
  this.timeout(900_000);
  const docker = async (...args: string[]) => (await run("docker", args, { cwd: project })).stdout;

  before(async () => {
    try {
      await docker("version", "--format", "{{.Server.Version}}");
    } catch {
      throw new Error("No Docker engine answers: start one, then run npm run test:container.");
    }
    await docker("build", "-f", "functions/stream-to-fargate/Dockerfile", "-t", image, ".");
  });
  after(() => docker("rm", "-f", name).catch(() => undefined));

  it("runs without privileges and a writable file system, is healthy, and ends at SIGTERM", async () => {
    const variables = Object.entries(environment).flatMap(([key, value]) => [
      "--env",
      `${key}=${value}`,
    ]);
    await docker(
      ...["run", "--detach", "--name", name, "--read-only", "--cap-drop", "ALL"],
      ...["--user", "65532", "--network", "none", ...variables, image],
    );
    const deadline = Date.now() + 60_000;
    const check = ["exec", name, "/nodejs/bin/node", "functions/stream-to-fargate/health-check.js"];
    for (;;)
      try {
        await docker(...check);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    await docker("stop", "--time", "60", name);
    const exit = await docker("inspect", "--format", "{{.State.ExitCode}}", name);
    assert.equal(exit.trim(), "0");
    assert.match(await docker("logs", name), /"message":"stopped"/);
  });
});
