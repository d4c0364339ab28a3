import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Ports } from "../../../../iot-sql";
import { attributeOf, valueOf } from "../actions/attribute-value";
import type { PortArgs } from "./port";

type GetDynamodb = NonNullable<Ports["getDynamodb"]>;

/** Reads an item with the role that the call names; returns its attributes as JSON without types. */
export const getDynamodb =
  ({ clients, assume }: PortArgs): GetDynamodb =>
  async ({ tableName: TableName, key, roleArn }) => {
    const { Item } = await clients
      .get(DynamoDBClient, await assume(roleArn))
      .send(new GetItemCommand({ TableName, Key: attributeOf(key).M }));
    return Item && valueOf({ M: Item });
  };
