import type { Principals } from "./document";

/** Who asks: a kind as policies write it (`Service`, `AWS`), and its name: an ARN, an account id, a service's name. */
export interface Principal {
  kind: string;
  name: string;
}

const ROOT = /^arn:([^:]+):iam::([^:]+):root$/;
const ACCOUNT = /^\d{12}$/;

/**
 * True if the principals of a statement name who asks. `{ "AWS": "*" }` and `"*"` are everyone, services too. An account, by the
 * ARN of its root or by its id, is every principal of the account. A role is each of its sessions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function isNamed(principals: Principals, { kind, name }: Principal): boolean {
  if (principals === "*" || principals.AWS?.includes("*")) return true;
  const fits = (one: string) =>
    one === name || (kind === "AWS" && (isAccountOf(one, name) || isRoleOf(one, name)));
  return principals[kind]?.some(fits) ?? false;
}

/**
 * True if `NotPrincipal` leaves who asks out. There an account stands for itself only, not for its principals: AWS's example
 * lists a user and the user's account, and denies the account's other users.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function isExcepted(principals: Principals, { kind, name }: Principal): boolean {
  if (principals === "*" || principals.AWS?.includes("*")) return true;
  const fits = (one: string) =>
    one === name ||
    (kind === "AWS" &&
      (isRoleOf(one, name) || (accountNamed(name) !== undefined && isAccountOf(one, name))));
  return principals[kind]?.some(fits) ?? false;
}

interface Account {
  id: string | undefined;
  /** Undefined for an account that is named by its id. */
  partition: string | undefined;
}

/** The account that a policy names as a whole. */
function accountNamed(principal: string): Account | undefined {
  const [, partition, id] = ROOT.exec(principal) ?? [];
  if (id !== undefined) return { id, partition };
  return ACCOUNT.test(principal) ? { id: principal, partition: undefined } : undefined;
}

function accountOf(arn: string): Account {
  const [, partition, , , id] = arn.split(":");
  return { id, partition };
}

/** Accounts of different partitions differ, even if their ids are the same. */
function isAccountOf(account: string, principal: string): boolean {
  const named = accountNamed(account);
  const asking = accountNamed(principal) ?? accountOf(principal);
  const partitions = [named?.partition, asking.partition].filter((one) => one !== undefined);
  return named?.id === asking.id && new Set(partitions).size < 2 && named !== undefined;
}

/** `arn:aws:iam::A:role/path/name` is `arn:aws:sts::A:assumed-role/name/session`. */
function isRoleOf(role: string, session: string): boolean {
  const [, partition, account, name] =
    /^arn:([^:]+):iam::([^:]+):role\/(?:.*\/)?([^/]+)$/.exec(role) ?? [];
  return (
    name !== undefined &&
    session.startsWith(`arn:${partition}:sts::${account}:assumed-role/${name}/`)
  );
}
