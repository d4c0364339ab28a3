import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, globalName, regionName } from "../names";
import { bodyOf } from "./dashboard-body";
import { kindOf, type Kind, type Watched } from "./watched";

/** A resource that the program has registered, with inputs that may not be known yet. */
interface Registered {
  kind: Kind;
  owner: string;
  logicalName: string;
  props: pulumi.Inputs;
}

/**
 * A CloudWatch dashboard of what the stack contains: every alarm, topic rule, queue, function, stream and delivery stream. It registers
 * what the program creates, so that a new integration appears without being listed. Dashboards of all regions of an account share their
 * names.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
 */
export class HealthDashboard {
  readonly dashboardName: pulumi.Output<string>;
  private readonly registered: Registered[] = [];
  /** Owners, in the order of the program. */
  private readonly order: string[] = [];

  /** Create it before everything else: it does not see resources that are registered earlier. */
  constructor(private readonly name: string) {
    this.dashboardName = globalName("dashboard", name);
    const owners = new WeakMap<pulumi.Resource, string>();
    pulumi.runtime.registerStackTransformation(({ resource, type, name, props, opts }) => {
      const ofParent = opts.parent && owners.get(opts.parent);
      if (ofParent === undefined) this.order.push(name);
      const owner = ofParent ?? name;
      owners.set(resource, owner);
      const kind = kindOf(type);
      if (kind) this.registered.push({ kind, owner, logicalName: name, props });
      return undefined;
    });
  }

  /** Creates the dashboard. Call it after everything else: it does not show resources that are registered later. */
  complete(): void {
    const place = ({ owner }: Registered) => this.order.indexOf(owner);
    const inOrder = [...this.registered].sort((a, b) => place(a) - place(b));
    const watched = pulumi.all(inOrder.map(watchedOf));
    const dashboardBody = pulumi
      .all([watched, regionName(), arn.alarm("")])
      .apply(([all, region, anyAlarm]) =>
        JSON.stringify(
          bodyOf({ watched: all, region, alarmArn: (alarm) => `${anyAlarm}${alarm}` }),
        ),
      );
    new aws.cloudwatch.Dashboard(this.name, { dashboardName: this.dashboardName, dashboardBody });
  }
}

function watchedOf({ props, ...registered }: Registered): pulumi.Output<Watched> {
  const { name, region, destination } = props as Record<string, pulumi.Input<string> | undefined>;
  return pulumi.output({ name, region, destination }).apply((known) => {
    if (known.name === undefined)
      throw new Error(
        `The ${registered.kind} ${registered.logicalName} has no name, which the health dashboard needs: set it.`,
      );
    return { ...registered, ...known, name: known.name };
  });
}
