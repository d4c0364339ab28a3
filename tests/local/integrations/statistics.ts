import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { valuesOf } from "../../../functions/shared/item";
import { eventually } from "./eventually";
import type { World } from "./world";

export const integration = "stream-to-fargate";

type Item = ReturnType<typeof valuesOf>;

/** The windows of a device in the order of their times, and its rolling result. */
export async function statisticsOf(
  { platform, outputs }: World,
  device: string,
): Promise<{ windows: Item[]; rolling: Item | undefined }> {
  const { Items = [] } = await platform.clients.get(DynamoDBClient).send(
    new QueryCommand({
      TableName: outputs.of[integration]?.statisticsTable,
      KeyConditionExpression: "deviceId = :device",
      ExpressionAttributeValues: { ":device": { S: device } },
      ConsistentRead: true,
    }),
  );
  const items = Items.map(valuesOf);
  return {
    windows: items.filter(({ windowKey }) => windowKey !== "rolling"),
    rolling: items.find(({ windowKey }) => windowKey === "rolling"),
  };
}

/** Waits until the windows of a device, and its rolling result with them, have counted as many readings. */
export const countedBy = (world: World, device: string, readings: number) =>
  eventually(`the statistics of ${device} to count ${readings} readings`, async () => {
    const found = await statisticsOf(world, device);
    const sum = found.windows.reduce((total, window) => total + Number(window.readings), 0);
    return sum >= readings && found.rolling ? found : undefined;
  });

/** The lines that the tasks have logged. */
export const taskLog = ({ deployment, outputs }: World): readonly Record<string, unknown>[] =>
  deployment.containerServices.log(outputs.of[integration]?.serviceName ?? "");

/** The tasks that run. */
export const tasksOf = ({ deployment, outputs }: World) =>
  deployment.containerServices.tasks(outputs.of[integration]?.serviceName ?? "");
