import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import * as path from "node:path";
import { alarm, sumOf, type AlarmTarget } from "../alarm";
import { DeadLetterQueue } from "../dead-letter-queue";
import { sendEvents } from "../event-rule";
import { arn, physicalName } from "../names";
import { allow, type Statement } from "../policy-document";
import type { Lake } from "../lake/lake";
import { privateBucket } from "../private-bucket";
import type { Sender } from "../queue";
import { Role, roleArnOf } from "../role";
import { roleArrival } from "../role-arrival";
import { builtInImage } from "./image";
import { publishMetrics } from "./model-endpoint";
import { trainingPipeline, type TrainingPlan } from "./pipeline-definition";

export interface TrainingArgs extends Pick<
  TrainingPlan,
  "features" | "days" | "instanceType" | "maximumMinutes" | "alertAbove"
> {
  /** Where the readings of the training are. */
  lake: Pick<Lake, "bucket" | "prefix">;
  /** A cron expression in UTC such as `cron(0 3 ? * SUN *)`, or a rate, whose first run starts at once. */
  schedule: string;
  /** Receives events of failed runs, and runs that could not be started; it must admit {@link failedRuns} of the same name. */
  failures: DeadLetterQueue;
  alarms: AlarmTarget;
}

/** SageMaker's image for scripts, which has pandas and pyarrow. */
const imageOfScripts = ["sagemaker-scikit-learn", "1.2-1-cpu-py3"] as const;

/**
 * What a model must reach to be registered. Scores of a forest have a long tail above: of a healthy fleet, two to four normal readings in a
 * hundred are above 0.8. Planted anomalies are one in a hundred, so precision is low for a good model too, and is no bound.
 */
const quality = { leastRecall: 0.9, mostFalseAlerts: 0.05 };

/** Days that the data and the models of a run stay; copy a model that is used for longer. */
const keepDays = 400;

const failedRunsRule = (name: string): string => physicalName("event rule", `${name}-failed`);

/** The sender of events about failed runs, for the queue that must admit it before it exists. */
export const failedRuns = (name: string): Sender => ({
  service: "events.amazonaws.com",
  sourceArn: arn.eventRule(failedRunsRule(name)),
});

/** Trains a random cut forest on the data lake by a schedule, and registers each model that finds planted anomalies. */
export class Training extends pulumi.ComponentResource {
  readonly pipelineName: string;
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: TrainingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Training", name, {}, opts);
    const parent = { parent: this };
    const { lake, failures, alarms, schedule: _, ...plan } = args;
    this.pipelineName = physicalName("pipeline", name);
    const pipelineArn = arn.trainingPipeline(this.pipelineName);
    const groupName = physicalName("endpoint", `${name}-models`);
    const [algorithm, scripts] = [builtInImage("randomcutforest"), builtInImage(...imageOfScripts)];

    const models = privateBucket(`${name}-models`, { "runs/": keepDays }, parent);
    this.bucketName = models.name;
    const [prepare, evaluate] = ["prepare", "evaluate"].map(
      (script) =>
        new aws.s3.BucketObjectv2(
          `${name}-${script}`,
          {
            bucket: models.name,
            key: `code/${script}.py`,
            content: fs.readFileSync(path.join(__dirname, `scripts/${script}.py`), "utf8"),
            contentType: "text/x-python",
          },
          { ...parent, dependsOn: [...models.resources] },
        ),
    ) as [aws.s3.BucketObjectv2, aws.s3.BucketObjectv2];
    const group = new aws.sagemaker.ModelPackageGroup(
      `${name}-models-group`,
      { modelPackageGroupName: groupName },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "sagemaker.amazonaws.com",
        onBehalfOf: arn.sageMaker(),
        statements: [
          ...jobs(groupName),
          allow("PassRoleToJobs", "iam:PassRole", roleArnOf(name), {
            StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" },
          }),
          allow("ReadLake", "s3:GetObject", lake.bucket.objects(lake.prefix)),
          allow("ReadAndWriteModels", ["s3:GetObject", "s3:PutObject"], models.objects()),
          allow("FindObjects", "s3:ListBucket", [lake.bucket.arn, models.arn]),
          ...algorithm.pullStatements(),
          ...scripts.pullStatements(),
          allow(
            "WriteLogs",
            [
              "logs:CreateLogGroup",
              "logs:CreateLogStream",
              "logs:DescribeLogStreams",
              "logs:PutLogEvents",
            ],
            ["ProcessingJobs", "TrainingJobs", "TransformJobs"].flatMap((kind) => [
              arn.logGroup(`/aws/sagemaker/${kind}`),
              arn.logStreams(`/aws/sagemaker/${kind}`),
            ]),
          ),
          publishMetrics(),
        ],
      },
      parent,
    );
    const pipeline = new aws.sagemaker.Pipeline(
      name,
      {
        pipelineName: this.pipelineName,
        pipelineDisplayName: this.pipelineName,
        pipelineDescription: "Trains a random cut forest on the data lake.",
        roleArn: role.arn,
        pipelineDefinition: pulumi
          .all([lake.bucket.name, models.name, algorithm.uri, scripts.uri, role.arn])
          .apply(([lakeBucket, bucket, algorithmImage, scriptImage, roleArn]) =>
            JSON.stringify(
              trainingPipeline({
                ...plan,
                ...quality,
                ...{ algorithmImage, scriptImage, roleArn },
                lakeUri: `s3://${lakeBucket}/${lake.prefix}`,
                modelsUri: `s3://${bucket}`,
                prepareUri: `s3://${bucket}/code/prepare.py`,
                evaluateUri: `s3://${bucket}/code/evaluate.py`,
                modelPackageGroupName: groupName,
              }),
            ),
          ),
      },
      {
        ...parent,
        // The provider does not try again if SageMaker cannot assume the role yet.
        hooks: roleArrival(name),
        dependsOn: [role.permissions, group, prepare, evaluate],
      },
    );
    this.startBySchedule(name, args, { pipeline, pipelineArn });
    const undelivered = new DeadLetterQueue(
      `${name}-undelivered`,
      { alarms, admits: [failedRuns(name)] },
      parent,
    );
    // https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    sendEvents(
      `${name}-failed`,
      {
        ruleName: failedRunsRule(name),
        description: "Runs of the training pipeline that failed.",
        pattern: {
          source: ["aws.sagemaker"],
          "detail-type": ["SageMaker Model Building Pipeline Execution Status Change"],
          detail: { pipelineArn: [pipelineArn], currentPipelineExecutionStatus: ["Failed"] },
        },
        to: failures.queue,
        targetId: "failures",
        ...{ undelivered, alarms },
      },
      parent,
    );
    alarm(
      `${name}-execution-failed`,
      {
        alarms,
        description: `ExecutionFailed of pipeline ${this.pipelineName}: a training run failed, and the model in use stays. Read its failure reason in the failures queue; the next scheduled run trains again.`,
        // https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-pipelines
        watch: sumOf("AWS/Sagemaker/ModelBuildingPipeline", { PipelineName: this.pipelineName })(
          "ExecutionFailed",
        ),
      },
      parent,
    );
    this.registerOutputs({ pipelineName: this.pipelineName });
  }

  /** EventBridge Scheduler starts the pipeline by a role of its own. */
  private startBySchedule(
    name: string,
    { schedule, failures, alarms }: TrainingArgs,
    {
      pipeline,
      pipelineArn,
    }: { pipeline: aws.sagemaker.Pipeline; pipelineArn: pulumi.Output<string> },
  ): void {
    const parent = { parent: this };
    const groupName = physicalName("schedule", `${name}-schedules`);
    const group = new aws.scheduler.ScheduleGroup(`${name}-schedules`, { name: groupName }, parent);
    const role = new Role(
      `${name}-start-role`,
      {
        service: "scheduler.amazonaws.com",
        onBehalfOf: arn.scheduleGroup(groupName),
        statements: [
          allow("StartTraining", "sagemaker:StartPipelineExecution", pipelineArn),
          failures.queue.sendStatement("SetAsideRuns"),
        ],
      },
      parent,
    );
    new aws.scheduler.Schedule(
      `${name}-schedule`,
      {
        name: physicalName("schedule", `${name}-schedule`),
        groupName: group.name,
        description: "Starts the training pipeline.",
        scheduleExpression: schedule,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: pipelineArn,
          roleArn: role.arn,
          deadLetterConfig: { arn: failures.arn },
          retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
        },
      },
      { ...parent, dependsOn: [role.permissions, pipeline, failures.queue.resource] },
    );
    const watch = sumOf("AWS/Scheduler", { ScheduleGroup: groupName });
    for (const [metric, meaning] of Object.entries({
      TargetErrorCount:
        "the training pipeline could not be started. Check that the schedule's role may start it",
      InvocationDroppedCount: "a training run was given up. It is in the failures queue",
    }))
      alarm(
        `${name}-schedule-${metric.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`,
        {
          alarms,
          description: `${metric} of schedule group ${groupName}: ${meaning}.`,
          watch: watch(metric),
        },
        parent,
      );
  }
}

/** What the pipeline does in the role's name; SageMaker names the jobs and models of pipelines `pipelines-…`. */
const jobs = (groupName: string): Statement[] => [
  allow(
    "RunJobs",
    [
      "sagemaker:AddTags",
      "sagemaker:CreateModel",
      "sagemaker:CreateProcessingJob",
      "sagemaker:CreateTrainingJob",
      "sagemaker:CreateTransformJob",
      "sagemaker:DescribeModel",
      "sagemaker:DescribeProcessingJob",
      "sagemaker:DescribeTrainingJob",
      "sagemaker:DescribeTransformJob",
      "sagemaker:StopProcessingJob",
      "sagemaker:StopTrainingJob",
      "sagemaker:StopTransformJob",
    ],
    ["model", "processing-job", "training-job", "transform-job"].map((kind) =>
      arn.ofSageMaker(kind, "pipelines-*"),
    ),
  ),
  allow(
    "RegisterModels",
    ["sagemaker:AddTags", "sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage"],
    [
      arn.ofSageMaker("model-package-group", groupName),
      arn.ofSageMaker("model-package", `${groupName}/*`),
    ],
  ),
];
