import type { Properties } from "./resources";

/** A service that checks a role when it creates a resource. */
interface Check {
  /** Names or ARNs of the roles. */
  roles(inputs: Properties, functions: ReadonlyMap<string, string>): string[];
  /** How long the provider tries again after a refusal, so that a role that is still arriving does no harm. */
  triesAgain: boolean;
}

const one = (value: unknown): string[] => (typeof value === "string" ? [value] : []);

/**
 * What the provider does when a service refuses a role:
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/pipes/pipe.go waits for the state RUNNING, and fails
 * at CREATE_FAILED. The others repeat the call while IAM propagates: https://github.com/hashicorp/terraform/pull/7657 (mappings),
 * https://github.com/hashicorp/terraform/pull/4407 (Firehose).
 */
const checks: Readonly<Record<string, Check>> = {
  "aws:pipes/pipe:Pipe": { roles: ({ roleArn }) => one(roleArn), triesAgain: false },
  "aws:sfn/stateMachine:StateMachine": { roles: ({ roleArn }) => one(roleArn), triesAgain: true },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    roles: (inputs) => rolesIn(inputs),
    triesAgain: true,
  },
  "aws:iot/topicRule:TopicRule": { roles: (inputs) => rolesIn(inputs), triesAgain: true },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    roles: ({ functionName }, functions) => one(functions.get(String(functionName))),
    triesAgain: true,
  },
};

/** A role whose policy is younger than this may be refused by the services that use it. */
export const arrivalMilliseconds = 10_000;

/** IAM as other services see it: the permissions of a role arrive some time after they are created. `now` is in milliseconds. */
export function createPropagation(now: () => number = Date.now) {
  /** By name of a role that was created by this process: when its permissions have arrived. */
  const arrivals = new Map<string, number>();
  const functions = new Map<string, string>();
  return {
    /** Notes a resource that was created. */
    created(type: string, inputs: Properties): void {
      if (type === "aws:iam/role:Role") arrivals.set(String(inputs.name), Infinity);
      if (type === "aws:iam/rolePolicy:RolePolicy")
        arrivals.set(nameOf(String(inputs.role)), now() + arrivalMilliseconds);
      if (type === "aws:lambda/function:Function")
        functions.set(String(inputs.name), String(inputs.role));
    },
    /** Why the service of a resource refuses it; undefined if it does not, or if the provider tries again until it does not. */
    refusal(type: string, inputs: Properties): string | undefined {
      const check = checks[type];
      for (const role of check?.roles(inputs, functions) ?? []) {
        const arrival = arrivals.get(nameOf(role)) ?? -Infinity;
        if (arrival === Infinity)
          return `${type} uses ${role}, whose permissions do not exist yet: let it depend on them.`;
        if (check?.triesAgain === false && now() < arrival)
          return `${type} uses ${role}, whose permissions have not arrived yet: let it wait for them.`;
      }
      return undefined;
    },
  };
}

const nameOf = (role: string): string => role.replace(/^.*\//, "");

const rolesIn = (inputs: Properties): string[] =>
  JSON.stringify(inputs).match(/arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+/g) ?? [];
