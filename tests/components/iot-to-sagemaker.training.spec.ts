import Ajv from "ajv";
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { IotToQuicksight } from "../../components/iot-to-quicksight";
import { IotToSagemaker, iotToSagemaker } from "../../components/iot-to-sagemaker";
import type {
  PipelineDefinition,
  Step,
} from "../../components/parts/sagemaker/pipeline-definition";
import { createCheck, type Check } from "../../local/aws/referee";
import { createRandom, type Random } from "../../local/devices/random";
import { createSensor } from "../../local/devices/sensor";
import { trainForest } from "../../local/doubles/sagemaker/forest";
import { understand } from "../../operations/redrive/envelopes";
import { botocoreData } from "../local/aws/botocore";
import { python } from "../support/account";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { allow, arns, completed, fromEventRule, telemetry, trustedByService } from "./support";

const stem = "iot-to-sagemaker";
const name = `${stem}-training`;
const physical = `iot-integrations-test-${name}`;
const training = {
  schedule: "cron(0 3 ? * SUN *)",
  ...{ instanceType: "ml.m5.large", days: 30, maximumMinutes: 60 },
};
const types = {
  pipeline: "aws:sagemaker/pipeline:Pipeline",
  policy: "aws:iam/rolePolicy:RolePolicy",
  role: "aws:iam/role:Role",
  schedule: "aws:scheduler/schedule:Schedule",
};

const deployed = (withLake = true): Promise<Made> =>
  deploy(
    () =>
      completed((common) => {
        const { alarms } = common;
        const lake = withLake ? new IotToQuicksight("iot-to-quicksight", common).lake : undefined;
        const given = { ...common, telemetry: () => telemetry(alarms), emails: [], lake, training };
        return { endpoint: new IotToSagemaker(stem, given).outputs.endpoint };
      }),
    { keepsCallbacks: true },
  );

/** The structure of a definition, as AWS documents it, for the steps that this program uses. */
const get = { type: "object", required: ["Get"], properties: { Get: { type: "string" } } };
const stepOf = (type: string, more: object = {}) => ({
  type: "object",
  required: ["Name", "Type", "Arguments"],
  additionalProperties: false,
  properties: {
    Name: { type: "string", pattern: "^[A-Za-z0-9\\-_]{1,64}$" },
    Type: { const: type },
    Arguments: { type: "object" },
    ...more,
  },
});
const schema = {
  type: "object",
  required: ["Version", "Steps"],
  additionalProperties: false,
  properties: {
    Version: { const: "2020-12-01" },
    Steps: { type: "array", items: { $ref: "#/definitions/step" } },
  },
  definitions: {
    step: {
      oneOf: [
        stepOf("Processing", {
          PropertyFiles: {
            type: "array",
            items: {
              type: "object",
              required: ["PropertyFileName", "OutputName", "FilePath"],
              additionalProperties: false,
              properties: {
                PropertyFileName: { type: "string" },
                OutputName: { type: "string" },
                FilePath: { type: "string" },
              },
            },
          },
        }),
        ...["Training", "Model", "Transform", "RegisterModel", "Fail"].map((type) => stepOf(type)),
        stepOf("Condition", {
          Arguments: {
            type: "object",
            required: ["Conditions"],
            additionalProperties: false,
            properties: {
              Conditions: {
                type: "array",
                minItems: 1,
                items: {
                  type: "object",
                  required: ["Type", "LeftValue", "RightValue"],
                  additionalProperties: false,
                  properties: {
                    Type: { enum: ["GreaterThanOrEqualTo", "LessThanOrEqualTo"] },
                    LeftValue: {
                      type: "object",
                      required: ["Std:JsonGet"],
                      properties: {
                        "Std:JsonGet": {
                          type: "object",
                          required: ["PropertyFile", "Path"],
                          properties: { PropertyFile: get, Path: { type: "string" } },
                        },
                      },
                    },
                    RightValue: { type: "number" },
                  },
                },
              },
              IfSteps: { type: "array", items: { $ref: "#/definitions/step" } },
              ElseSteps: { type: "array", items: { $ref: "#/definitions/step" } },
            },
          },
        }),
      ],
    },
  },
};

/** Values that the pipeline computes, as the texts that they become. */
function computed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(computed);
  if (typeof value !== "object" || value === null) return value;
  if ("Get" in value) return "s3://computed/value";
  if ("Std:Join" in value) return "s3://joined/value";
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, computed(one)]));
}

const allSteps = (steps: Step[]): Step[] =>
  steps.flatMap((step) =>
    step.Type === "Condition"
      ? [step, ...allSteps([...step.Arguments.IfSteps, ...step.Arguments.ElseSteps])]
      : [step],
  );

const scripts = path.join(__dirname, "../../components/parts/sagemaker/scripts");

/** What Python prints, in the folder of the scripts, with `input` as JSON. */
const runScript = async (args: string[], input: unknown = null): Promise<string> =>
  execFileSync((await python()).python, args, {
    encoding: "utf8",
    cwd: scripts,
    input: JSON.stringify(input),
    maxBuffer: 2 ** 26,
  });

/** Readings of simulated devices that are well. */
function normalReadings(random: Random): number[][] {
  const features = iotToSagemaker.settings.features.default;
  return Array.from({ length: 20 }, (_, device) => {
    const sensor = createSensor(`device-${device}`, random);
    return Array.from({ length: 400 }, (_, nth) => {
      const reading = new Map(Object.entries(sensor.measure(nth, false)));
      return features.map((name) => Number(reading.get(name)));
    });
  }).flat();
}

describe("The training of IotToSagemaker", () => {
  let made: Made;
  let definition: PipelineDefinition;
  let check: Check;
  before(async () => {
    made = await deployed();
    definition = document(
      made.only(types.pipeline).pipelineDefinition,
    ) as unknown as PipelineDefinition;
    check = createCheck({ botocoreData });
  });

  it("has a definition of the documented structure", () => {
    const validate = new Ajv({ strict: false }).compile(schema);
    assert.ok(validate(definition), JSON.stringify(validate.errors));
    const [first, ...others] = definition.Steps;
    const wrong = { ...definition, Steps: [{ ...first, Type: "Processed" }, ...others] };
    assert.ok(!validate(wrong));
    assert.deepEqual(
      allSteps(definition.Steps).map(({ Name, Type }) => [Name, Type]),
      [
        ["Prepare", "Processing"],
        ["Train", "Training"],
        ["Model", "Model"],
        ["Score", "Transform"],
        ["Evaluate", "Processing"],
        ["Check", "Condition"],
        ["Register", "RegisterModel"],
        ["Refuse", "Fail"],
      ],
    );
  });

  it("has steps whose requests the published API accepts", () => {
    const operations: Partial<Record<Step["Type"], [string, object]>> = {
      Processing: ["CreateProcessingJob", { ProcessingJobName: "job" }],
      Training: ["CreateTrainingJob", { TrainingJobName: "job" }],
      Model: ["CreateModel", { ModelName: "model" }],
      Transform: ["CreateTransformJob", { TransformJobName: "job", ModelName: "model" }],
      RegisterModel: ["CreateModelPackage", {}],
    };
    let checked = 0;
    for (const { Name, Type, Arguments } of allSteps(definition.Steps)) {
      const [operation, named] = operations[Type] ?? [];
      if (!operation) continue;
      checked += 1;
      const request = { ...(computed(Arguments) as object), ...named };
      assert.deepEqual(check("SageMaker", operation, request), [], Name);
      assert.notDeepEqual(check("SageMaker", operation, { ...request, Unknown: [{}] }), [], Name);
    }
    assert.equal(checked, 6);
    const { pipelineName, pipelineDisplayName, pipelineDefinition, roleArn } = made.only(
      types.pipeline,
    );
    const request = {
      ...{ PipelineName: pipelineName, PipelineDisplayName: pipelineDisplayName },
      ...{
        PipelineDefinition: pipelineDefinition,
        RoleArn: roleArn,
        ClientRequestToken: "1".repeat(32),
      },
    };
    assert.deepEqual(check("SageMaker", "CreatePipeline", request), []);
  });

  it("refers only to steps that come before", () => {
    const known = new Set<string>();
    for (const step of allSteps(definition.Steps)) {
      const references = [...JSON.stringify(step).matchAll(/"Steps\.(\w+)\./g)];
      for (const [, name = ""] of references) assert.ok(known.has(name), `${step.Name}: ${name}`);
      known.add(step.Name);
    }
  });

  it("lets the pipeline run its jobs, register models, read the lake and write models, and nothing else", () => {
    const sagemaker = (resource: string) => `arn:aws:sagemaker:${region}:${account}:${resource}`;
    const bucketOf = (logical: string) =>
      `arn:aws:s3:::${String(made.only("aws:s3/bucket:Bucket", logical).bucket)}`;
    const [lake, models] = [bucketOf("iot-to-quicksight-lake"), bucketOf(`${name}-models`)];
    const pull = (number: string, repository: string) => [
      allow(
        `PullImage${number}`,
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        `arn:aws:ecr:${region}:664544806723:repository/${repository}`,
      ),
      allow(`AuthenticateToRegistry${number}`, ["ecr:GetAuthorizationToken"], "*"),
    ];
    const kinds = ["Processing", "Training", "Transform"];
    assert.deepEqual(statements(made.only(types.policy, `${name}-role-permissions`).policy), [
      allow(
        "RunJobs",
        [
          ...["sagemaker:AddTags", "sagemaker:CreateModel"],
          ...kinds.map((kind) => `sagemaker:Create${kind}Job`),
          "sagemaker:DescribeModel",
          ...kinds.map((kind) => `sagemaker:Describe${kind}Job`),
          ...kinds.map((kind) => `sagemaker:Stop${kind}Job`),
        ],
        ["model", "processing-job", "training-job", "transform-job"].map((kind) =>
          sagemaker(`${kind}/pipelines-*`),
        ),
      ),
      allow(
        "RegisterModels",
        ["sagemaker:AddTags", "sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage"],
        [
          sagemaker(`model-package-group/${physical}-models`),
          sagemaker(`model-package/${physical}-models/*`),
        ],
      ),
      allow("PassRoleToJobs", "iam:PassRole", arns.role(`${name}-role`), {
        StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" },
      }),
      allow("ReadLake", "s3:GetObject", `${lake}/readings/*`),
      allow("ReadAndWriteModels", ["s3:GetObject", "s3:PutObject"], `${models}/*`),
      allow("FindObjects", "s3:ListBucket", [lake, models]),
      ...pull("", "randomcutforest"),
      ...pull("2", "sagemaker-scikit-learn"),
      allow(
        "WriteLogs",
        [
          ...["logs:CreateLogGroup", "logs:CreateLogStream"],
          ...["logs:DescribeLogStreams", "logs:PutLogEvents"],
        ],
        kinds.flatMap((kind) => [
          `arn:aws:logs:${region}:${account}:log-group:/aws/sagemaker/${kind}Jobs`,
          `arn:aws:logs:${region}:${account}:log-group:/aws/sagemaker/${kind}Jobs:log-stream:*`,
        ]),
      ),
      allow("PublishMetrics", "cloudwatch:PutMetricData", "*", {
        StringLike: { "cloudwatch:namespace": "/aws/sagemaker/*" },
      }),
    ]);
    assert.deepEqual(
      statements(made.only(types.role, `${name}-role`).assumeRolePolicy),
      trustedByService("sagemaker.amazonaws.com", sagemaker("*")),
    );
  });

  it("starts by a schedule, whose role may start this pipeline and set a run aside, and nothing else", () => {
    const group = `${physical}-schedules`;
    const pipelineArn = `arn:aws:sagemaker:${region}:${account}:pipeline/${physical}`;
    assert.deepEqual(made.only(types.schedule), {
      name: `${physical}-schedule`,
      groupName: group,
      description: "Starts the training pipeline.",
      scheduleExpression: "cron(0 3 ? * SUN *)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: pipelineArn,
        roleArn: arns.role(`${name}-start-role`),
        deadLetterConfig: { arn: arns.queue(`${stem}-failures`) },
        retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
      },
    });
    const role = `${name}-start-role`;
    assert.deepEqual(statements(made.only(types.policy, `${role}-permissions`).policy), [
      allow("StartTraining", "sagemaker:StartPipelineExecution", pipelineArn),
      allow("SetAsideRuns", "sqs:SendMessage", arns.queue(`${stem}-failures`)),
    ]);
    assert.deepEqual(
      statements(made.only(types.role, role).assumeRolePolicy),
      trustedByService(
        "scheduler.amazonaws.com",
        `arn:aws:scheduler:${region}:${account}:schedule-group/${group}`,
      ),
    );
  });

  it("sends failed runs to the failures queue, which redrive understands, and to an alarm", () => {
    const rule = made.only("aws:cloudwatch/eventRule:EventRule", `${name}-failed`);
    assert.deepEqual(document(rule.eventPattern), {
      source: ["aws.sagemaker"],
      "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
      detail: {
        pipelineArn: [`arn:aws:sagemaker:${region}:${account}:pipeline/${physical}`],
        currentPipelineExecutionStatus: ["Failed"],
      },
    });
    const { policy } = made.only("aws:sqs/queue:Queue", `${stem}-failures`);
    assert.deepEqual((statements(policy) as object[]).slice(1), [
      fromEventRule(`${stem}-failures`, `${physical}-failed`),
    ]);
    const event = {
      source: "aws.sagemaker",
      "detail-type": "SageMaker Model Building Pipeline Execution Status Change",
      detail: { currentPipelineExecutionStatus: "Failed" },
    };
    assert.equal(understand(JSON.stringify(event), "devices").kind, "empty");
    const { namespace, metricName, dimensions } = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      `${name}-execution-failed`,
    );
    assert.deepEqual(
      [namespace, metricName, dimensions],
      ["AWS/Sagemaker/ModelBuildingPipeline", "ExecutionFailed", { PipelineName: physical }],
    );
  });

  it("registers a model that finds planted anomalies among readings of a normal fleet, and no bad model", async function () {
    this.timeout(60_000);
    const conditions = allSteps(definition.Steps).flatMap((step) =>
      step.Type === "Condition" ? step.Arguments.Conditions : [],
    );
    const passes = (evaluation: Record<string, number>): boolean =>
      conditions.every(({ Type, LeftValue, RightValue }) => {
        const value = evaluation[LeftValue["Std:JsonGet"].Path] ?? NaN;
        return Type === "GreaterThanOrEqualTo" ? value >= RightValue : value <= RightValue;
      });
    const random = createRandom(5);
    const code = (of: string) => [
      "-B",
      "-c",
      `import json, sys, prepare, evaluate; print(json.dumps(${of}))`,
    ];
    const [train, test] = JSON.parse(
      await runScript(code("prepare.split(json.load(sys.stdin), 1)"), normalReadings(random)),
    ) as [number[][], [number[], number][]];
    const labels = test.map(([, label]) => label);
    const evaluated = async (scores: number[]): Promise<Record<string, number>> =>
      JSON.parse(
        await runScript(code("evaluate.evaluate(*json.load(sys.stdin), 0.8)"), [scores, labels]),
      ) as Record<string, number>;
    const scored = (points: number[][]): number[] => {
      const forest = trainForest({ points, trees: 30, random: createRandom(6) });
      return test.map(([row]) => forest.score(row));
    };
    const good = await evaluated(scored(train));
    assert.ok(passes(good), JSON.stringify(good));
    // A model of readings that are as far apart as the planted anomalies.
    const wide = train.map((row) => row.map((value) => value + random.between(-500, 500)));
    const blind = await evaluated(scored(wide));
    assert.ok(!passes(blind), JSON.stringify(blind));
    // A model that finds all planted anomalies, and alerts about one normal reading in twelve.
    const noisy = await evaluated(
      labels.map((label, nth) => (label === 1 || nth % 12 === 0 ? 1 : 0)),
    );
    assert.equal(noisy["recall"], 1);
    assert.ok(!passes(noisy), JSON.stringify(noisy));
  });

  it("says how the first model is made", () =>
    assert.match(
      String(made.outputs.endpoint),
      new RegExp(`Start the first training run with .*start-pipeline-execution .*${physical}`),
    ));

  it("needs the data lake", () =>
    assert.rejects(deployed(false), { message: /training is true without iot-to-quicksight/ }));
});

describe("The scripts of the training", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(tmpdir(), "training-"));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const run = (...args: string[]): Promise<string> => runScript(args);
  const rows = (count: number) =>
    Array.from({ length: count }, (_, nth) => [20 + (nth % 7), 40 + (nth % 5), 1000 + (nth % 11)]);

  it("split readings into training and test, and plant one anomaly per hundred lines far outside", async () => {
    const code =
      "import json,sys,prepare; print(json.dumps(prepare.split(json.loads(sys.argv[1]), 1)))";
    const [train, test] = JSON.parse(await run("-B", "-c", code, JSON.stringify(rows(5000)))) as [
      number[][],
      [number[], number][],
    ];
    assert.equal(train.length, 4000);
    const planted = test.filter(([, label]) => label === 1).map(([row]) => row);
    assert.deepEqual([test.length, planted.length], [1010, 10]);
    const bounds = [[20, 26], [40, 44], [1000, 1010]]; // prettier-ignore
    for (const row of planted) {
      // Three times as far outside as the readings are apart.
      const places = row.map((value, at) => {
        const [least = NaN, most = NaN] = bounds[at] ?? [];
        return value < least || value > most
          ? Math.max(least - value, value - most) / (most - least)
          : 0;
      });
      assert.deepEqual(places.sort(), [0, 0, 3], row.join());
    }
    const normal = test.filter(([, label]) => label === 0).map(([row]) => row);
    assert.deepEqual([...train, ...normal].map(String).sort(), rows(5000).map(String).sort());
  });

  it("keep a random sample of a large data lake, the same for the same seed, and all of a small one", async () => {
    const code = `import json, prepare
def lake(count): return ([float(nth)] for nth in range(count))
print(json.dumps([prepare.MOST_READINGS] + [[row[0] for row in prepare.sample(lake(count), 1000, seed)] for count, seed in ((20000, 1), (20000, 1), (20000, 2), (1000, 1))]))`;
    const [most, one, again, other, whole] = JSON.parse(await run("-B", "-c", code)) as [
      number,
      ...number[][],
    ];
    assert.equal(most, 500_000);
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    assert.deepEqual([one?.length, new Set(one).size], [1000, 1000]);
    // A hundred of each tenth on the average; fewer than 50 have a probability below one in a million.
    for (let tenth = 0; tenth < 10; tenth++) {
      const within = one?.filter((row) => Math.floor(row / 2000) === tenth).length ?? 0;
      assert.ok(within > 50 && within < 150, `${tenth}: ${within}`);
    }
    assert.deepEqual(
      whole,
      Array.from({ length: 1000 }, (_, nth) => nth),
    );
  });

  it("read all readings as often for many planted anomalies as for few", async () => {
    const code = `import json, prepare
class Rows(list):
    def __init__(self, rows):
        super().__init__(rows)
        self.reads = 0
    def __iter__(self):
        self.reads += 1
        return super().__iter__()
def reads(count):
    rows = Rows([float(nth % 7), float(nth % 5)] for nth in range(count))
    _, test = prepare.split(rows, 1)
    return [rows.reads, sum(label for _, label in test)]
print(json.dumps([reads(1000), reads(50000)]))`;
    const [few, many] = JSON.parse(await run("-B", "-c", code)) as [number, number][];
    assert.deepEqual([few?.[1], many?.[1]], [10, 100]);
    assert.equal(many?.[0], few?.[0]);
  });

  it("refuse a data lake with too few readings", async () => {
    const code = "import prepare; prepare.split([[1.0]] * 999, 1)";
    await assert.rejects(run("-B", "-c", code), /The data lake has 999 readings; training needs/);
  });

  it("evaluate scores: mean and deviation of normal readings, recall of planted ones, false alerts and precision", async () => {
    const scores = [1, 2, 3, 2, 9, 2.1];
    fs.mkdirSync(path.join(folder, "scores"));
    fs.mkdirSync(path.join(folder, "labels"));
    const lines = scores.map((score) => JSON.stringify({ score })).join("\n");
    fs.writeFileSync(path.join(folder, "scores/test.csv.out"), `${lines}\n`);
    fs.writeFileSync(path.join(folder, "labels/labels.csv"), "0\n0\n0\n0\n1\n1\n");
    const args = (above: string) => [
      ...["--scores", path.join(folder, "scores"), "--labels", path.join(folder, "labels")],
      ...["--output", path.join(folder, "out"), "--above", above, "--model", "s3://m/model.tar.gz"],
    ];
    await run("-B", "evaluate.py", ...args("0.8"));
    const read = (): Record<string, unknown> =>
      JSON.parse(fs.readFileSync(path.join(folder, "out/evaluation.json"), "utf8")) as Record<
        string,
        unknown
      >;
    assert.deepEqual(read(), {
      modelDataUrl: "s3://m/model.tar.gz",
      ...{ scoreMean: 2, scoreDeviation: Math.sqrt(0.5) },
      ...{ recall: 0.5, falseAlertShare: 0, precision: 1, readings: 4, planted: 2 },
    });
    await run("-B", "evaluate.py", ...args("0.4"));
    const { recall, falseAlertShare, precision } = read();
    assert.deepEqual([recall, falseAlertShare, precision], [0.5, 0.25, 0.5]);
    fs.writeFileSync(path.join(folder, "labels/labels.csv"), "0\n1\n");
    await assert.rejects(run("-B", "evaluate.py", ...args("0.8")), /6 scores for 2 readings/);
  });
});
