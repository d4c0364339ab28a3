import type * as pulumi from "@pulumi/pulumi";
import * as loader from "../../functions/iot-to-redshift/loader";
import * as sweeper from "../../functions/iot-to-redshift/sweeper";
import type { AlarmTarget } from "./alarm";
import { prefixes, type AnnouncedObjects } from "./announced-objects";
import { LambdaConsumer } from "./lambda-consumer";
import { allow } from "./policy-document";
import { fromQueue } from "./sources/from-queue";
import { fromSchedule } from "./sources/from-schedule";
import type { Warehouse } from "./warehouse";
import { tables } from "./warehouse-tables";

/** The loader gives up waiting early enough to return what failed. */
const budgetMilliseconds = "240000";
/** The delivery at which the loader sets a message aside itself. */
const mostAttempts = "3";
const hour = 3_600_000;

export interface LoadObjectsArgs extends AnnouncedObjects {
  warehouse: Warehouse;
  /** The timeouts of the functions. */
  seconds: { loader: number; sweeper: number };
  alarms: AlarmTarget;
  logRetentionDays?: number | undefined;
}

/** Creates the functions that load announced objects and announce those again that the ledger lacks. `names` are logical. */
export function loadObjects(
  names: { loader: string; sweeper: string },
  { warehouse, lake, queue, failures, seconds, alarms, logRetentionDays }: LoadObjectsArgs,
  parent: pulumi.CustomResourceOptions,
): void {
  const environment = {
    WORKGROUP_NAME: warehouse.workgroupName,
    DATABASE: warehouse.database,
    READINGS_TABLE: tables.readings,
    LEDGER_TABLE: tables.ledger,
    COPY_ROLE_ARN: warehouse.copyRoleArn,
    LAKE_BUCKET_NAME: lake.name,
    DATA_PREFIX: prefixes.data,
    BUDGET_MILLISECONDS: budgetMilliseconds,
  };
  new LambdaConsumer(
    names.loader,
    {
      description: "Loads announced objects into Redshift, each exactly once.",
      source: fromQueue(queue, { batchSize: 10, windowSeconds: 5, maximumConcurrency: 2 }),
      callbackFactory: () => loader.createHandler(loader.readSettings()),
      environment: {
        ...environment,
        MANIFEST_PREFIX: prefixes.manifests,
        FAILURES_QUEUE_URL: failures.queue.url,
        MOST_ATTEMPTS: mostAttempts,
      },
      statements: [
        ...warehouse.useStatements(),
        allow("WriteManifest", "s3:PutObject", lake.objects(prefixes.manifests)),
        failures.queue.sendStatement("SetAside"),
      ],
      alarms,
      timeoutSeconds: seconds.loader,
      logRetentionDays,
    },
    parent,
  );
  new LambdaConsumer(
    names.sweeper,
    {
      description: "Announces objects again that the ledger lacks.",
      source: fromSchedule({
        schedule: "rate(1 day)",
        description: "Looks daily for objects that are not loaded.",
        failures,
      }),
      callbackFactory: () => sweeper.createHandler(sweeper.readSettings()),
      environment: {
        ...environment,
        QUEUE_URL: queue.url,
        YOUNGEST_MILLISECONDS: String(hour),
        OLDEST_MILLISECONDS: String(49 * hour),
      },
      statements: [
        ...warehouse.useStatements(),
        allow("ListObjects", "s3:ListBucket", lake.arn),
        queue.sendStatement("AnnounceAgain"),
      ],
      alarms,
      timeoutSeconds: seconds.sweeper,
      logRetentionDays,
    },
    parent,
  );
}
