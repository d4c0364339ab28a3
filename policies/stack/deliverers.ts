import type { Edge } from "./edges";
import type { Whereabouts } from "./location";
import { eventBusName } from "./names";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** The principal that makes the calls of an edge: a role, or a service that acts on behalf of a resource in this stack. */
export type Deliverer =
  | { role: Resource }
  | { service: string; source: string }
  /** True if the role or the source is outside this stack or not known yet. */
  | undefined;

export function delivererOf(stack: Stack, edge: Edge, where: Whereabouts): Deliverer {
  const { by, kind, role } = edge;
  const inRole = (place: Place): Deliverer => {
    const found = stack.referredTo(by, place, "role");
    return found && { role: found };
  };
  const inFunctionRole = (consumer: Resource | undefined): Deliverer => {
    const found = consumer && stack.referredTo(consumer, consumer.inputs.at("role"), "role");
    return found && { role: found };
  };
  const forService = (service: string, source: string | undefined): Deliverer =>
    source === undefined ? undefined : { service: `${service}.amazonaws.com`, source };
  const arn = (service: string, resource: string): string =>
    `arn:${where.partition}:${service}:${where.region}:${where.account}:${resource}`;

  switch (kind) {
    case "rule action":
    case "rule error action":
    case "rule function": {
      if (role?.given) return inRole(role);
      const name = by.inputs.at("name").text();
      return forService("iot", name && arn("iot", `rule/${name}`));
    }
    case "mapping":
    case "mapping failure":
    case "asynchronous success":
    case "asynchronous failure":
      return by.type === "aws:lambda/function:Function"
        ? inFunctionRole(by)
        : inFunctionRole(stack.referredTo(by, by.inputs.at("functionName"), "function"));
    case "subscription":
    case "subscription failure":
      return forService("sns", by.inputs.at("topic").text());
    case "notification": {
      const bucket = by.inputs.at("bucket").text();
      return forService("s3", bucket && `arn:${where.partition}:s3:::${bucket}`);
    }
    case "target":
    case "target failure": {
      // The resource policy of a queue or function allows EventBridge. For other resources the target has a role.
      if (kind === "target" && by.inputs.at("roleArn").given)
        return inRole(by.inputs.at("roleArn"));
      const rule = by.inputs.at("rule").text();
      // The rule may name the bus by ARN. The ARN of a rule contains only the name of the bus.
      const named = by.inputs.at("eventBusName").text() ?? "default";
      const bus = eventBusName(named);
      const path = bus === "default" ? "" : `${bus}/`;
      return forService("events", rule && arn("events", `rule/${path}${rule}`));
    }
    case "bus failure": {
      const bus = by.inputs.at("name").text();
      return forService("events", bus && arn("events", `event-bus/${bus}`));
    }
    case "schedule":
    case "schedule failure":
      return inRole(by.inputs.at("target", "roleArn"));
    case "pipe source":
    case "pipe enrichment":
    case "pipe target":
    case "pipe failure":
    case "workflow task":
    case "workflow failure":
      return inRole(by.inputs.at("roleArn"));
  }
  // SQS redrives messages itself.
  return undefined;
}
