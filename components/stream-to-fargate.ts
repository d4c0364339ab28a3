import * as pulumi from "@pulumi/pulumi";
import * as path from "node:path";
import type { AlarmTarget } from "./parts/alarm";
import { builtImage, prebuiltImage } from "./parts/container/image";
import { containerNetwork, type Egress } from "./parts/container/network";
import { ContainerService } from "./parts/container/service";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { define } from "./parts/integration";
import { allow } from "./parts/policy-document";
import { wholeNumber } from "./parts/settings/json-kinds";
import { oneOf, optionalText } from "./parts/settings/text-kinds";
import { Table } from "./parts/table";
import type { TelemetryStream } from "./parts/telemetry-stream";

export interface StreamToFargateArgs {
  /** The stream that the tasks read. */
  telemetry: TelemetryStream;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** @default the image is built by `pulumi up` */
  imageUri?: string | undefined;
  /** @default that of the setting */
  egress?: Egress;
  /** @default that of the setting */
  leastTasks?: number;
  /** @default that of the setting */
  mostTasks?: number;
  /** @default that of the setting */
  cpu?: number;
  /** @default that of the setting */
  memoryMegabytes?: number;
  /** @default that of the setting */
  holdSeconds?: number;
  /** @default that of the setting */
  keepDays?: number;
  /** Refuses to delete the tables with the stack. @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  imageUri: optionalText({
    type: "the URI of an image for ARM64 with its digest, such as <registry>/<name>@sha256:<digest>",
    fits: (given) => /^[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64}$/.test(given),
    description:
      "An image that was built before. Without it, `pulumi up` builds the image, for which it needs Docker.",
  }),
  egress: oneOf<Egress>({
    among: ["endpoints", "nat"],
    default: "nat",
    description:
      "How tasks reach AWS: through a NAT gateway, or by endpoints without a route to the internet, which cost more.",
  }),
  leastTasks: wholeNumber({
    ...{ from: 1, to: 100, default: 1 },
    description: "Tasks at least. The tasks share the shards of the stream.",
  }),
  mostTasks: wholeNumber({
    ...{ from: 1, to: 100, default: 4 },
    description: "Tasks at most; more than the stream has shards do nothing.",
  }),
  cpu: wholeNumber({
    ...{ among: [256, 512, 1024, 2048, 4096], default: 512 },
    description: "The processor of a task, in units of 1,024 per vCPU.",
  }),
  memoryMegabytes: wholeNumber({
    ...{ among: [512, 1024, 2048, 3072, 4096, 8192, 16_384], default: 1024 },
    description: "The memory of a task. A shard that is read takes up to 30 MB.",
  }),
  holdSeconds: wholeNumber({
    ...{ from: 1, to: 86_400, default: 21_600 },
    description:
      "How long a shard waits for a table that takes nothing, before its readings go to the failures queue.",
  }),
  keepDays: wholeNumber({
    ...{ from: 8, to: 3650, default: 30 },
    description: "Days that the statistics of a window stay; a reading may be a week old.",
  }),
};

/**
 * The memory that Fargate offers with each processor, in MB: from, to.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
const memoryOf: Readonly<Record<number, readonly [number, number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
};

/** The root of the project, from which the image is built. */
const context = path.join(__dirname, "..");
const dockerfile = "functions/stream-to-fargate/Dockerfile";
/** What the image is made of; the file of the same name with `.dockerignore` leaves out everything else. */
export const imageSources = [
  "functions/shared",
  "functions/stream-to-fargate",
  "package.json",
  "package-lock.json",
  "reading",
  "tsconfig.json",
];

const [leaseSeconds, healthPort] = [20, 8080];

/**
 * Tasks of a container read the telemetry stream and keep statistics of each device: of every five minutes, and of the last hour. Leases
 * in a table share the shards among the tasks and remember how far each is processed; a task that dies is replaced, and what it had not
 * saved is read again, which counts no reading twice.
 */
export class StreamToFargate extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: StreamToFargateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:StreamToFargate", name, {}, opts);
    const parent = { parent: this };
    const { telemetry, quarantine, alarms, deletionProtection, imageUri } = args;
    const { cpu = settings.cpu.default, egress = settings.egress.default } = args;
    const { memoryMegabytes = settings.memoryMegabytes.default } = args;
    const { leastTasks: least = settings.leastTasks.default } = args;
    const { mostTasks: most = settings.mostTasks.default } = args;
    const { holdSeconds = settings.holdSeconds.default } = args;
    const { keepDays = settings.keepDays.default } = args;

    const failures = new DeadLetterQueue(`${name}-failures`, { alarms }, parent);
    const leases = new Table(
      `${name}-leases`,
      { partitionKey: "shardId", deletionProtection, alarms },
      parent,
    );
    const statistics = new Table(
      `${name}-statistics`,
      {
        partitionKey: "deviceId",
        sortKey: { name: "windowKey", type: "S" },
        expiry: "expiresAt",
        deletionProtection,
        alarms,
      },
      parent,
    );
    const image =
      imageUri === undefined
        ? builtImage(`${name}-consumer`, { context, dockerfile, sources: imageSources }, parent)
        : prebuiltImage(imageUri);
    const network = containerNetwork(
      `${name}-network`,
      { egress, interfaces: ["kinesis-streams", "sqs"] },
      parent,
    );
    const service = new ContainerService(
      `${name}-consumer`,
      {
        ...{ image, network, alarms, logRetentionDays: args.logRetentionDays },
        ...{ cpu, memoryMegabytes },
        environment: {
          STREAM_ARN: telemetry.arn,
          LEASES_TABLE_NAME: leases.name,
          STATISTICS_TABLE_NAME: statistics.name,
          QUARANTINE_QUEUE_URL: quarantine.queue.knownUrl,
          FAILURES_QUEUE_URL: failures.queue.knownUrl,
          KEEP_DAYS: String(keepDays),
          HOLD_SECONDS: String(holdSeconds),
          LEASE_SECONDS: String(leaseSeconds),
          HEALTH_PORT: String(healthPort),
        },
        command: ["functions/stream-to-fargate/main.js"],
        healthCheck: ["/nodejs/bin/node", "functions/stream-to-fargate/health-check.js"],
        statements: [
          allow(
            "ReadStream",
            ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
            telemetry.arn,
          ),
          allow(
            "ShareShards",
            ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:UpdateItem"],
            leases.arn,
          ),
          allow("KeepStatistics", ["dynamodb:GetItem", "dynamodb:PutItem"], statistics.arn),
          quarantine.queue.sendStatement("Quarantine"),
          failures.queue.sendStatement("SetAside"),
        ],
        tasks: { least, most },
        dependsOn: [
          ...[telemetry.resource, leases.resource, statistics.resource],
          ...[quarantine.queue.resource, failures.queue.resource],
        ],
      },
      parent,
    );
    this.outputs = {
      clusterName: service.clusterName,
      serviceName: service.name,
      leasesTable: leases.name,
      statisticsTable: statistics.name,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

export const streamToFargate = define({
  stem: "stream-to-fargate",
  summary: "Keeps rolling statistics of every device by containers on Fargate.",
  settings,
  check: ({ cpu, memoryMegabytes, leastTasks, mostTasks }) => {
    const [least = 0, most = 0] = memoryOf[cpu] ?? [];
    if (memoryMegabytes < least || memoryMegabytes > most)
      return {
        key: "memoryMegabytes",
        wrong: `is ${memoryMegabytes}, which Fargate does not offer with cpu ${cpu}`,
        wanted: `${least} to ${most}`,
      };
    if (mostTasks < leastTasks)
      return {
        key: "mostTasks",
        wrong: `is ${mostTasks}, less than leastTasks`,
        wanted: `${leastTasks} or more`,
      };
    return undefined;
  },
  needs: {},
  create: (name, stack, values) =>
    new StreamToFargate(name, {
      ...stack,
      ...values,
      telemetry: stack.telemetry(),
      quarantine: stack.quarantine(),
    }),
});
