import {
  InvokeEndpointCommand,
  SageMakerRuntimeClient,
  type InvokeEndpointCommandInput,
} from "@aws-sdk/client-sagemaker-runtime";
import * as assert from "node:assert/strict";
import { createRandom } from "../../../local/devices/random";
import { startSageMaker, trainingScores, type SageMaker } from "../../../local/doubles/sagemaker";
import { trainForest } from "../../../local/doubles/sagemaker/forest";
import { readStackConfiguration } from "../../../local/stack-config";
import { directory } from "../../support/emulator";
import { createWorld, nextName, type World } from "../services/provisioning";

describe("The random cut forest of the SageMaker double", () => {
  const random = createRandom(3);
  const points = Array.from({ length: 600 }, () => [random.between(0, 1), random.between(10, 12)]);
  const train = (seed: number) => trainForest({ points, random: createRandom(seed) });

  it("scores a point higher the farther it is from its training", () => {
    const { score, dimensions } = train(1);
    assert.equal(dimensions, 2);
    const scores = [0, 1, 5, 50].map((beyond) => score([0.5, 11 + beyond]));
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => a - b),
    );
    assert.ok((scores[3] ?? 0) > 3 * (scores[0] ?? 0), scores.join());
  });

  it("is the same for the same seed, and scores all equal points the same", () => {
    assert.equal(train(1).score([0.2, 11]), train(1).score([0.2, 11]));
    const same = trainForest({ points: Array(20).fill([1, 2]) as number[][], random });
    assert.ok(same.score([1, 2]) < same.score([1, 3]));
  });
});

describe("The SageMaker double", () => {
  let world: World;
  let double: SageMaker;
  let runtime: SageMakerRuntimeClient;
  const endpoint = "Scores";
  before(async () => {
    world = await createWorld();
    double = await startSageMaker({ clients: world.clients });
    double.serve({ name: endpoint, mostBytes: 4_000_000 });
    const { region, accountId } = world.clients.account;
    const name = nextName("role");
    const trust = { Version: "2012-10-17", Statement: [] };
    await world.create("iam/role:Role", { name, assumeRolePolicy: JSON.stringify(trust) });
    const Statement = [
      {
        Effect: "Allow",
        Action: "sagemaker:InvokeEndpoint",
        Resource: [endpoint, "absent"].map(
          (one) => `arn:aws:sagemaker:${region}:${accountId}:endpoint/${one.toLowerCase()}`,
        ),
      },
    ];
    await world.create("iam/rolePolicy:RolePolicy", {
      ...{ name: "permissions", role: name },
      policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    runtime = new SageMakerRuntimeClient({
      endpoint: double.endpointOf(`arn:aws:iam::${accountId}:role/${name}`),
      region,
      credentials: { accessKeyId: "EXAMPLE", secretAccessKey: "EXAMPLE" },
      maxAttempts: 1,
    });
  });
  afterEach(() => double.recover());
  after(async () => {
    runtime.destroy();
    await double.stop();
    world.end();
  });

  const invoke = (changes: Partial<InvokeEndpointCommandInput> = {}) =>
    runtime.send(
      new InvokeEndpointCommand({
        EndpointName: endpoint,
        ContentType: "text/csv",
        Accept: "application/json",
        Body: Buffer.from("21.5,40,1013\n150,40,1013\n"),
        ...changes,
      }),
    );
  const refusal = (changes: Partial<InvokeEndpointCommandInput>, expected: object) =>
    assert.rejects(invoke(changes), (error: Record<string, unknown>) => {
      const { httpStatusCode } = error["$metadata"] as { httpStatusCode: number };
      const found = { name: error["name"], status: httpStatusCode, ...error };
      for (const [member, value] of Object.entries(expected))
        assert.deepEqual(found[member as keyof typeof found], value, String(error["message"]));
      return true;
    });

  it("scores lines of CSV and of JSON alike, in the format that is asked for", async () => {
    const csv = await invoke();
    assert.equal(csv.ContentType, "application/json");
    const { scores } = JSON.parse(Buffer.from(csv.Body).toString()) as {
      scores: { score: number }[];
    };
    assert.equal(scores.length, 2);
    assert.ok((scores[1]?.score ?? 0) > 2 * (scores[0]?.score ?? 0));
    const lines = await invoke({
      ...{ ContentType: "application/jsonlines", Accept: "application/jsonlines" },
      Body: Buffer.from('{"features":[21.5,40,1013]}\n{"features":[150,40,1013]}\n'),
    });
    assert.deepEqual(
      Buffer.from(lines.Body)
        .toString()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as object),
      scores,
    );
  });

  it("answers as the service does to what the container does not read", async () => {
    const client = { name: "ModelError", status: 424 };
    const wrong = (text: string) => ({ Body: Buffer.from(text) });
    await refusal(wrong("1,2"), { ...client, OriginalStatusCode: 400 });
    await refusal(wrong("1,2,x"), { ...client, OriginalStatusCode: 400 });
    await refusal(wrong("1,,3"), { ...client, OriginalStatusCode: 400 });
    await refusal({ ContentType: "text/plain" }, { ...client, OriginalStatusCode: 415 });
    double.refuse(([temperature]) => temperature === 150);
    await refusal({}, client);
  });

  it("refuses an endpoint that does not exist, a role without permission, and more than 4 MB", async () => {
    await refusal({ EndpointName: "absent" }, { name: "ValidationError", status: 400 });
    await refusal({ EndpointName: "other" }, { name: "AccessDeniedException", status: 403 });
    await refusal({ Body: Buffer.alloc(4_000_001, "1") }, { status: 413 });
  });

  it("fails with each error of the service", async () => {
    const errors: [string, number][] = [
      ["ModelNotReadyException", 429],
      ["InternalFailure", 500],
      ["ServiceUnavailable", 503],
      ["InternalDependencyException", 530],
    ];
    for (const [name, status] of errors) {
      double.fail(name);
      await refusal({}, { name, status });
    }
  });

  it("has the scores of its training in the local stack", () => {
    const { values } = readStackConfiguration(directory, "local");
    const { mean, deviation } = trainingScores();
    assert.deepEqual(
      [values["iot-to-sagemaker:scoreMean"], values["iot-to-sagemaker:scoreDeviation"]],
      [mean.toFixed(4), deviation.toFixed(4)],
    );
  });

  it("scores by a random cut forest only", () =>
    assert.rejects(
      world.create("sagemaker/model:Model", {
        ...{ name: "other", primaryContainer: { image: "registry/xgboost:1" } },
      }),
      { message: /scores by a random cut forest only, and the image is registry\/xgboost:1\./ },
    ));
});
