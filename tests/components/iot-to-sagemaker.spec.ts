import * as assert from "node:assert/strict";
import { IotToSagemaker, iotToSagemaker } from "../../components/iot-to-sagemaker";
import { account, deploy, region, statements, type Made } from "../support/deploy";
import {
  allow,
  arns,
  assertFanOut,
  completed,
  readStream,
  telemetry,
  trustedByService,
  writeLogs,
} from "./support";

type Args = ConstructorParameters<typeof IotToSagemaker>[1];

const stem = "iot-to-sagemaker";
const scorer = `${stem}-scorer`;
const endpoint = `${stem}-endpoint`;
const physical = `iot-integrations-test-${endpoint}`;
const types = {
  model: "aws:sagemaker/model:Model",
  configuration: "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
  endpoint: "aws:sagemaker/endpoint:Endpoint",
  target: "aws:appautoscaling/target:Target",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  policy: "aws:iam/rolePolicy:RolePolicy",
  role: "aws:iam/role:Role",
  function: "aws:lambda/function:Function",
};
/** Names of buckets are short, so this one is cut and ends in a hash. */
const bucket = `arn:aws:s3:::iot-integrations-test-euc1-iot-to-sagemak-d9587c79-${account}`;
const image = `664544806723.dkr.ecr.${region}.amazonaws.com/randomcutforest:1`;
const model = {
  modelDataUrl: "s3://models/run-1/model.tar.gz",
  ...{ scoreMean: 0.9, scoreDeviation: 0.1 },
};

const deployed = (args: Partial<Args> = model, preview = false): Promise<Made> =>
  deploy(
    () =>
      completed((common) => {
        const { alarms } = common;
        const given = { ...common, telemetry: () => telemetry(alarms), emails: [], ...args };
        return { endpoint: new IotToSagemaker(stem, given).outputs.endpoint };
      }),
    { preview, keepsCallbacks: true },
  );
const permissionsOf = (of: Made, role: string) =>
  statements(of.only(types.policy, `${role}-permissions`).policy);
const variablesOf = (of: Made) =>
  (of.only(types.function).environment as { variables: Record<string, string> }).variables;

describe("IotToSagemaker with a model", () => {
  let made: Made;
  before(async () => {
    made = await deployed();
  });

  it("lets the scorer read the stream, invoke its endpoint, store, decide, publish, set aside, quarantine and log, and nothing else", () => {
    assert.deepEqual(permissionsOf(made, `${scorer}-role`), [
      writeLogs(scorer),
      readStream("telemetry"),
      allow("SetAsideRecords", "s3:PutObject", `${bucket}/*`),
      allow("FindFailuresBucket", "s3:ListBucket", bucket),
      allow(
        "InvokeEndpoint",
        "sagemaker:InvokeEndpoint",
        `arn:aws:sagemaker:${region}:${account}:endpoint/${physical}`,
      ),
      allow("WriteScores", "dynamodb:BatchWriteItem", arns.table(`${stem}-scores`)),
      allow(
        "DecideByGate",
        ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        arns.table(`${stem}-gate`),
      ),
      allow("PublishToTopic", "sns:Publish", arns.topic(`${stem}-alerts`)),
      allow("EncryptForTopic", ["kms:GenerateDataKey", "kms:Decrypt"], arns.keys, {
        StringEquals: {
          "kms:EncryptionContext:aws:sns:topicArn": arns.topic(`${stem}-alerts`),
        },
      }),
      allow("Publish", "iot:Publish", `arn:aws:iot:${region}:${account}:topic/anomalies/*`),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
    assert.deepEqual(statements(made.only(types.role, `${scorer}-role`).assumeRolePolicy), [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("lets the endpoint read its artefact, pull its image, log and report metrics, and nothing else", () => {
    assert.deepEqual(permissionsOf(made, `${endpoint}-role`), [
      allow("ReadModel", "s3:GetObject", "arn:aws:s3:::models/run-1/model.tar.gz"),
      allow(
        "PullImage",
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        `arn:aws:ecr:${region}:664544806723:repository/randomcutforest`,
      ),
      allow("AuthenticateToRegistry", ["ecr:GetAuthorizationToken"], "*"),
      allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        `arn:aws:logs:${region}:${account}:log-group:/aws/sagemaker/Endpoints/${physical}:log-stream:*`,
      ),
      allow("PublishMetrics", "cloudwatch:PutMetricData", "*", {
        StringLike: { "cloudwatch:namespace": "/aws/sagemaker/*" },
      }),
    ]);
    assert.deepEqual(
      statements(made.only(types.role, `${endpoint}-role`).assumeRolePolicy),
      trustedByService("sagemaker.amazonaws.com", `arn:aws:sagemaker:${region}:${account}:*`),
    );
  });

  it("knows every permission at the first preview", async () => {
    const preview = await deployed(model, true);
    for (const role of [`${scorer}-role`, `${endpoint}-role`])
      assert.deepEqual(permissionsOf(preview, role), permissionsOf(made, role));
  });

  it("has a serverless endpoint, which costs nothing while idle, with the model", () => {
    const { name: modelName, ...rest } = made.only(types.model);
    assert.deepEqual(rest, {
      executionRoleArn: arns.role(`${endpoint}-role`),
      primaryContainer: { image, modelDataUrl: model.modelDataUrl },
    });
    const { name, productionVariants } = made.only(types.configuration);
    assert.deepEqual(productionVariants, [
      {
        ...{ variantName: "model", modelName },
        serverlessConfig: { memorySizeInMb: 2048, maxConcurrency: 5 },
      },
    ]);
    assert.deepEqual(made.only(types.endpoint), { name: physical, endpointConfigName: name });
    assert.equal(made.all(types.target).size, 0);
  });

  it("gives another model other names, and keeps that of the endpoint", async () => {
    const other = await deployed({ ...model, modelDataUrl: "s3://models/run-2/model.tar.gz" });
    for (const type of [types.model, types.configuration]) {
      assert.notEqual(made.only(type).name, other.only(type).name);
      assert.match(String(other.only(type).name), /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
    }
    assert.equal(other.only(types.endpoint).name, physical);
    const again = await deployed();
    assert.equal(again.only(types.model).name, made.only(types.model).name);
    const larger = await deployed({
      ...model,
      hosting: { kind: "serverless", memoryMegabytes: 4096, maxConcurrency: 5 },
    });
    assert.equal(larger.only(types.model).name, made.only(types.model).name);
    assert.notEqual(larger.only(types.configuration).name, made.only(types.configuration).name);
  });

  it("reads the stream in batches of one request, with few retries, bisection and a place for failed records", () => {
    assert.deepEqual(made.only("aws:lambda/eventSourceMapping:EventSourceMapping"), {
      eventSourceArn: arns.stream("telemetry"),
      functionName: `iot-integrations-test-${scorer}`,
      startingPosition: "TRIM_HORIZON",
      batchSize: 500,
      maximumBatchingWindowInSeconds: 5,
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 255_600,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: bucket } },
    });
  });

  it("subscribes with a throughput of its own if asked for, and only its role may", async () => {
    const type = "aws:kinesis/streamConsumer:StreamConsumer";
    assert.equal(made.all(type).size, 0);
    const fast = await deployed({ ...model, enhancedFanOut: true });
    assertFanOut(fast, scorer);
  });

  it("tells the scorer its endpoint, its features and the scores of the training", () => {
    assert.deepEqual(variablesOf(made), {
      ENDPOINT_NAME: physical,
      FEATURES: "temperature,humidity,pressure",
      CONTENT: "csv",
      SCORE_MEAN: "0.9",
      SCORE_DEVIATION: "0.1",
      ALERT_ABOVE: "0.8",
      MOST_BYTES: "4000000",
      SCORES_TABLE_NAME: `iot-integrations-test-${stem}-scores`,
      KEEP_DAYS: "30",
      ALERTS_TOPIC_ARN: `arn:created:iot-integrations-test-${stem}-alerts`,
      ANOMALIES_TOPIC_PREFIX: "anomalies",
      QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
      GATE_TABLE_NAME: `iot-integrations-test-${stem}-gate`,
      GATE_LIMITS: '{"deviceBudget":4,"totalBudget":100,"quietMinutes":15,"repeatMinutes":240}',
      AWS_ENDPOINT_URL_IOT_DATA_PLANE: `https://example-ats.iot.${region}.amazonaws.com`,
    });
  });

  it("keeps scores per device and reading in a table whose items expire", () => {
    assert.deepEqual(made.only("aws:dynamodb/table:Table", `${stem}-scores`), {
      name: `iot-integrations-test-${stem}-scores`,
      billingMode: "PAY_PER_REQUEST",
      ...{ hashKey: "deviceId", rangeKey: "readingKey" },
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "readingKey", type: "S" },
      ],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
    });
  });

  it("has an alarm for each way to fail", () => {
    const own = [...made.all(types.alarm).keys()].filter((name) => name.startsWith(stem)).sort();
    assert.deepEqual(own, [
      `${stem}-batches-announcement-failed-invocations`,
      `${stem}-batches-announcement-invocations-failed-to-be-sent-to-dlq`,
      `${stem}-batches-announcement-throttled-rules`,
      `${stem}-batches-undelivered-age`,
      `${stem}-batches-undelivered-arrivals`,
      `${stem}-batches-undelivered-depth`,
      `${endpoint}-invocation-4xx-errors`,
      `${endpoint}-invocation-5xx-errors`,
      `${endpoint}-invocation-model-errors`,
      `${stem}-failures-age`,
      `${stem}-failures-arrivals`,
      `${stem}-failures-depth`,
      `${stem}-gate-throttled`,
      `${scorer}-errors`,
      `${scorer}-lag`,
      `${scorer}-standstill`,
      `${scorer}-throttles`,
      `${stem}-scores-throttled`,
    ]);
    const { namespace, metricName, dimensions } = made.only(
      types.alarm,
      `${endpoint}-invocation-5xx-errors`,
    );
    assert.deepEqual(
      [namespace, metricName, dimensions],
      ["AWS/SageMaker", "Invocation5XXErrors", { EndpointName: physical, VariantName: "model" }],
    );
  });
});

describe("IotToSagemaker with a real-time endpoint", () => {
  const realTime = `${physical}-real-time`;
  const onInstances: Partial<Args> = {
    ...model,
    hosting: { kind: "real-time", instanceType: "ml.c5.xlarge", mostInstances: 4 },
  };
  let made: Made;
  before(async () => {
    made = await deployed(onInstances);
  });

  it("lets the role of the endpoint read the alarms of its rollback, and a serverless one not", async () => {
    const ofAlarms = (of: Made) =>
      (permissionsOf(of, `${endpoint}-role`) as { Action: string | string[] }[]).filter(
        ({ Action }) => Action.includes("cloudwatch:DescribeAlarms"),
      );
    assert.deepEqual(ofAlarms(made), [
      allow(
        "ReadRollbackAlarms",
        "cloudwatch:DescribeAlarms",
        ["4xx-errors", "5xx-errors", "model-errors"].map(
          (one) => `arn:aws:cloudwatch:${region}:${account}:alarm:${physical}-invocation-${one}`,
        ),
      ),
    ]);
    assert.deepEqual(ofAlarms(await deployed(onInstances, true)), ofAlarms(made));
    assert.deepEqual(ofAlarms(await deployed()), []);
  });

  it("has other names than a serverless one, so that a change of the kind creates the new one first", async () => {
    const serverless = await deployed();
    for (const type of [types.model, types.configuration, types.endpoint]) {
      assert.notEqual(made.only(type).name, serverless.only(type).name, type);
      assert.match(String(made.only(type).name), /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
    }
    const logs = (of: Made) => of.only("aws:cloudwatch/logGroup:LogGroup", `${endpoint}-logs`).name;
    assert.equal(logs(made), `/aws/sagemaker/Endpoints/${realTime}`);
    assert.equal(logs(serverless), `/aws/sagemaker/Endpoints/${physical}`);
    assert.equal(variablesOf(made)["ENDPOINT_NAME"], realTime);
    const { dimensions } = made.only(types.alarm, `${endpoint}-invocation-5xx-errors`);
    assert.deepEqual(dimensions, { EndpointName: realTime, VariantName: "model" });
  });

  it("scales its instances, isolates the container, and rolls back on its alarms", () => {
    assert.equal(made.only(types.model).enableNetworkIsolation, true);
    const { productionVariants } = made.only(types.configuration);
    assert.deepEqual(productionVariants, [
      {
        ...{ variantName: "model", modelName: made.only(types.model).name },
        ...{ instanceType: "ml.c5.xlarge", initialInstanceCount: 1, initialVariantWeight: 1 },
      },
    ]);
    assert.deepEqual(made.only(types.endpoint).deploymentConfig, {
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: { type: "ALL_AT_ONCE", waitIntervalInSeconds: 300 },
        terminationWaitInSeconds: 300,
        maximumExecutionTimeoutInSeconds: 1800,
      },
      autoRollbackConfiguration: {
        alarms: ["4xx-errors", "5xx-errors", "model-errors"].map((alarm) => ({
          alarmName: `${physical}-invocation-${alarm}`,
        })),
      },
    });
    assert.deepEqual(made.only(types.target), {
      serviceNamespace: "sagemaker",
      scalableDimension: "sagemaker:variant:DesiredInstanceCount",
      resourceId: `endpoint/${realTime}/variant/model`,
      ...{ minCapacity: 1, maxCapacity: 4 },
    });
    const scaling = made.only("aws:appautoscaling/policy:Policy");
    assert.deepEqual(scaling.targetTrackingScalingPolicyConfiguration, {
      predefinedMetricSpecification: {
        predefinedMetricType: "SageMakerVariantInvocationsPerInstance",
      },
      ...{ targetValue: 600, scaleInCooldown: 300, scaleOutCooldown: 60 },
    });
  });
});

describe("IotToSagemaker with an endpoint that exists", () => {
  it("creates none, invokes that one, and takes its scores as they are", async () => {
    const made = await deployed({ endpointName: "Fleet-Scores" });
    for (const type of [types.model, types.configuration, types.endpoint])
      assert.equal(made.all(type).size, 0, type);
    assert.deepEqual(
      (permissionsOf(made, `${scorer}-role`) as { Sid: string }[]).filter(
        ({ Sid }) => Sid === "InvokeEndpoint",
      ),
      [
        allow(
          "InvokeEndpoint",
          "sagemaker:InvokeEndpoint",
          `arn:aws:sagemaker:${region}:${account}:endpoint/fleet-scores`,
        ),
      ],
    );
    const { ENDPOINT_NAME, SCORE_MEAN, SCORE_DEVIATION = "" } = variablesOf(made);
    assert.deepEqual([ENDPOINT_NAME, SCORE_MEAN], ["Fleet-Scores", "0"]);
    assert.equal(0.85 / (3 * Number(SCORE_DEVIATION)), 0.85);
  });
});

describe("IotToSagemaker without a model", () => {
  it("creates no endpoint, no function and no stream, and says how to go on", async () => {
    const made = await deployed({});
    for (const type of [
      ...[types.model, types.endpoint, types.function],
      ...["aws:kinesis/stream:Stream", "aws:dynamodb/table:Table"],
    ])
      assert.equal(made.all(type).size, 0, type);
    assert.ok(made.only("aws:sqs/queue:Queue", `${stem}-failures`));
    assert.equal(
      made.outputs.endpoint,
      "none: there is no model yet, so nothing is scored. Set iot-to-sagemaker:training to true for a model that is trained on the data lake, or iot-to-sagemaker:endpointName to an endpoint that exists. Then set iot-to-sagemaker:modelDataUrl, iot-to-sagemaker:scoreMean and iot-to-sagemaker:scoreDeviation to what evaluation.json says, and run pulumi up again",
    );
  });
});

describe("The settings of iot-to-sagemaker", () => {
  const check = (values: object) =>
    iotToSagemaker.check?.({
      ...{ endpointName: undefined, modelDataUrl: undefined },
      ...{ scoreMean: undefined, scoreDeviation: undefined },
      ...{ features: ["temperature"], content: "csv", alertAbove: undefined, emails: [] },
      ...{ endpointKind: "serverless", memoryMegabytes: 2048, maxConcurrency: 5 },
      ...{ instanceType: "ml.c5.large", mostInstances: 2, keepDays: 30 },
      ...{ windowSeconds: 5, enhancedFanOut: false, training: false },
      ...{ trainingSchedule: "cron(0 3 ? * SUN *)", trainingInstanceType: "ml.m5.large" },
      ...{ trainingDays: 30, trainingMinutes: 60 },
      ...{ deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 },
      ...values,
    });

  it("accept an endpoint, a model with its scores, or neither", () => {
    for (const values of [
      {},
      model,
      { endpointName: "scores" },
      { endpointName: "scores", scoreMean: 1, scoreDeviation: 0.5 },
    ])
      assert.equal(check(values), undefined);
  });

  it("refuse a model without its scores, two models, and scores that do not vary", async () => {
    const { modelDataUrl } = model;
    const wanted: [object, string][] = [
      [{ modelDataUrl }, "scoreMean is missing"],
      [{ modelDataUrl, scoreMean: 1 }, "scoreDeviation is missing"],
      [{ endpointName: "scores", scoreDeviation: 1 }, "scoreMean is missing"],
      [{ endpointName: "scores", scoreMean: 1 }, "scoreDeviation is missing"],
      [{ ...model, scoreDeviation: 0 }, "scoreDeviation is 0"],
      [{ ...model, endpointName: "scores" }, "modelDataUrl is set beside endpointName"],
      [{ features: [] }, "features is empty"],
    ];
    for (const [values, text] of wanted) {
      const { key, wrong } = check(values) ?? { key: "", wrong: "" };
      assert.equal(`${key} ${wrong}`, text);
    }
    await assert.rejects(deployed({ modelDataUrl }), {
      message:
        /iot-to-sagemaker: scoreMean is missing; it must be the mean of the scores of the training run\./,
    });
  });

  it("start the first training at a time of a week, not at once on an empty lake", () => {
    assert.equal(iotToSagemaker.settings.trainingSchedule.default, "cron(0 3 ? * SUN *)");
  });

  it("name the features that readings always have", () => {
    assert.deepEqual(iotToSagemaker.settings.features.default, [
      ...["temperature", "humidity", "pressure"],
    ]);
  });
});
