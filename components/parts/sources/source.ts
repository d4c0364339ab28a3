import type * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "../alarm";
import type { Arn } from "../names";
import type { Statement } from "../policy-document";

/** A function, as its source sees it. */
export interface Consumer {
  /** The logical name, from which the source derives the names of its resources. */
  name: string;
  functionName: string;
  functionArn: Arn;
  timeoutSeconds: number;
  alarms: AlarmTarget;
  /** The function and its permissions: Lambda checks both when it connects a source. */
  dependsOn: pulumi.Resource[];
}

/**
 * Where the events of a function come from. Each kind of source has its own failure path: the permissions that the role of the
 * function needs for it, and the resources that connect function and source. `Event` and `Answer` give the callback the type of the
 * events that this source sends and of the answers that it accepts.
 */
export interface Source<Event, Answer> {
  statements: Statement[];
  connect(consumer: Consumer, opts: pulumi.CustomResourceOptions): void;
  /** Never set; carries the types. */
  readonly handles?: (event: Event) => Promise<Answer>;
}
