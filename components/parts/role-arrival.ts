import * as pulumi from "@pulumi/pulumi";
import { setTimeout as pause } from "node:timers/promises";

/** Permissions usually reach other services within seconds; AWS gives no bound. */
const arrivalSeconds = 15;

/**
 * Lets the permissions of a new role reach a service that checks them when it creates or updates a resource, and for which the provider
 * does not try again: `dependsOn` orders the calls, but IAM is eventually consistent. The update waits once, and a preview never.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export function roleArrival(name: string): pulumi.ResourceHookBinding {
  const wait = new pulumi.ResourceHook(`${name}-role-arrival`, () => pause(arrivalSeconds * 1000));
  return { beforeCreate: [wait], beforeUpdate: [wait] };
}
