import { LambdaClient, RemovePermissionCommand } from "@aws-sdk/client-lambda";
import { forgetFunctionPolicy } from "../../../local/services/delivery/service-permissions";
import type { RecordedResource } from "../../../local/program";
import type { World } from "./world";

/** Removes a permission from the policy of its function, at once; `world.create` adds it again. */
export async function removePermission(
  { platform: { clients } }: World,
  { name, plain }: RecordedResource,
): Promise<void> {
  const FunctionName = plain.function as string;
  await clients
    .get(LambdaClient)
    .send(new RemovePermissionCommand({ FunctionName, StatementId: name }));
  const { accountId, region } = clients.account;
  forgetFunctionPolicy(clients, `arn:aws:lambda:${region}:${accountId}:function:${FunctionName}`);
}
