import { assumeRole } from "../../aws/assume-role";
import type { Clients } from "../../aws/clients";
import type { Caller } from "../delivery/targets/target";

/**
 * Returns a role of a delivery stream. It must trust Firehose for this stream; older trust policies require the account as external id.
 */
export const firehoseRole = (clients: Clients, streamArn: string, roleArn: string): Caller => ({
  clients,
  roleArn,
  credentials: () =>
    assumeRole(clients, {
      roleArn,
      servicePrincipal: "firehose.amazonaws.com",
      sourceArn: streamArn,
    }),
});
