import type { Clients, Credentials } from "../../../aws/clients";

/** Dependencies of SQL functions that call other services. */
export interface PortArgs {
  clients: Clients;
  ruleArn: string;
  /** Credentials of a role that the function names. */
  assume: (roleArn: string) => Promise<Credentials>;
}
