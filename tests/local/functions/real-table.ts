import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { after, before } from "mocha";
import { createClients, type Clients } from "../../../local/aws/clients";
import { sharedAccount } from "../../support/account";
import { installMilliseconds } from "../../support/emulator";

/** For a suite: a table on the emulator, and a client for it. */
export function useTable(TableName: string, key: string): { client: DynamoDBClient } {
  const use = {} as { client: DynamoDBClient };
  let clients: Clients;
  before(async function () {
    this.timeout(installMilliseconds);
    clients = createClients(await sharedAccount());
    use.client = clients.get(DynamoDBClient);
    await use.client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
        KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
      }),
    );
  });
  after(() => clients.destroy());
  return use;
}
