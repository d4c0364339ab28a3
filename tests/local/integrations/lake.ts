import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { rowsIn, type LakeRow } from "../../../operations/sinks/lake";
import type { World } from "./world";

const bucketOf = ({ outputs }: World): string => outputs.of["iot-to-quicksight"]?.lakeBucket ?? "";

/** The rows of a device in the lake, in the order of their times, once the delivery stream has delivered what it holds. */
export async function rowsOf(world: World, device: string): Promise<LakeRow[]> {
  await world.deployment.idle();
  const rows = await rowsIn(world.platform.clients.get(S3Client), {
    bucket: bucketOf(world),
    prefix: "readings/",
  });
  return rows
    .filter(({ deviceid }) => deviceid === device)
    .sort((a, b) => Number(a["timestamp"]) - Number(b["timestamp"]));
}

/** The times of a device's rows in the lake. */
export const timesIn = async (world: World, device: string): Promise<number[]> =>
  (await rowsOf(world, device)).map(({ timestamp }) => Number(timestamp));

/** The keys of the objects below a prefix of the lake. */
export async function keysIn(world: World, Prefix: string): Promise<string[]> {
  const { Contents = [] } = await world.platform.clients
    .get(S3Client)
    .send(new ListObjectsV2Command({ Bucket: bucketOf(world), Prefix }));
  return Contents.map(({ Key = "" }) => Key);
}
