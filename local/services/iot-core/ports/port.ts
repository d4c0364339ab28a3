import type { Clients, Credentials } from "../../../aws/clients";

/** What a function of a rule's SQL calls out with. */
export interface PortArgs {
  clients: Clients;
  ruleArn: string;
  /** Credentials of a role that the function names. */
  assume: (roleArn: string) => Promise<Credentials>;
}
