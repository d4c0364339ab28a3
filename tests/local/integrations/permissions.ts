import { DeleteRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import * as assert from "node:assert/strict";
import type { RecordedResource } from "../../../local/program";
import type { TraceEvent } from "../../../local/trace";
import type { World } from "./world";

const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

interface Statement {
  Sid: string;
}

const statementsOf = ({ plain }: RecordedResource): Statement[] =>
  (JSON.parse(plain.policy as string) as { Statement: Statement[] }).Statement;

/** All statements of the program's roles, as `<role>/<statement>`, by logical name. */
export const allStatements = ({ deployment }: World): string[] =>
  deployment.resources
    .filter(({ type }) => type === rolePolicy)
    .flatMap((resource) => {
      const role = resource.name.replace(/-permissions$/, "");
      return statementsOf(resource).map(({ Sid }) => `${role}/${Sid}`);
    });

/**
 * Takes statements, named as `<role>/<statement>`, away from the deployed roles while `during` runs. Their documents are then what a
 * deployment without these statements would have written, without a deployment per statement.
 */
export async function without<T>(
  world: World,
  names: string[],
  during: () => Promise<T>,
): Promise<T> {
  const roles = new Map<RecordedResource, string[]>();
  for (const name of names) {
    const [role = "", sid = ""] = name.split("/");
    const resource = world.resource(rolePolicy, `${role}-permissions`);
    roles.set(resource, [...(roles.get(resource) ?? []), sid]);
  }
  try {
    for (const [resource, sids] of roles) await write(world, resource, lacking(resource, sids));
    return await during();
  } finally {
    for (const resource of roles.keys()) await write(world, resource, statementsOf(resource));
  }
}

function lacking(resource: RecordedResource, sids: string[]): Statement[] {
  const all = statementsOf(resource);
  const left = all.filter(({ Sid }) => !sids.includes(Sid));
  if (all.length - left.length !== sids.length)
    throw new Error(`${resource.name} does not have all of ${sids.join(", ")}, each once.`);
  return left;
}

async function write(
  world: World,
  resource: RecordedResource,
  statements: Statement[],
): Promise<void> {
  if (statements.length > 0) {
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    return world.create(resource, { policy });
  }
  // IAM takes no document without a statement.
  const { role: RoleName, name: PolicyName } = resource.plain as { role: string; name: string };
  await world.platform.clients
    .get(IAMClient)
    .send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
}

/** A refusal of IAM's, by the name that the service has for it, which says what was refused. */
export function assertDenied(text: string, action: string): void {
  assert.match(text, /AccessDenied|AuthorizationError/);
  assert.ok(text.includes(action), `The refusal does not name ${action}: ${text}`);
}

/** Resolves with the next warning that a part of the platform gives for want of a permission. */
export const denialWarned = (
  { platform }: World,
  part: string,
  action: string,
): Promise<TraceEvent> =>
  platform.trace.until(
    `a warning of the ${part} that ${action} is denied`,
    (event) =>
      event.kind === "warning" &&
      event.part === part &&
      event.message.includes("AccessDenied") &&
      event.message.includes(action),
  );
