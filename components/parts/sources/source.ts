import type * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "../alarm";
import type { Arn } from "../names";
import type { Statement } from "../policy-document";

/** A function that is about to be connected to its source. */
export interface Consumer {
  /** Logical name; the source derives its children's names from it. */
  name: string;
  functionName: string;
  functionArn: Arn;
  timeoutSeconds: number;
  alarms: AlarmTarget;
  /** The function and its permissions: Lambda tries both when a source is connected. */
  dependsOn: pulumi.Resource[];
}

/**
 * Where a function's events come from. Each kind fails in its own way, so each brings its own failure path:
 * the permissions that the function's role needs for it, and the resources that connect the two.
 * `Event` and `Answer` tie the callback to what this source sends and understands.
 */
export interface Source<Event, Answer> {
  statements: Statement[];
  connect(consumer: Consumer, opts: pulumi.CustomResourceOptions): void;
  /** Carries the types only. */
  readonly handles?: (event: Event) => Promise<Answer>;
}
