import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { InfluxdbDouble } from "../../../local/doubles/influxdb";
import type { Row } from "../../../local/doubles/influxdb/store";
import { eventually } from "./eventually";
import type { World } from "./world";

/** The double to which the program writes. */
export const databaseOf = (world: World): InfluxdbDouble => {
  const cluster = world.resource(
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
    "iot-to-timestream-influxdb",
  );
  return world.deployment.influxdbDatabases.named(cluster.plain.name as string);
};

export const rowsOf = (world: World, device: string): Row[] =>
  databaseOf(world)
    .rows("iot", "telemetry")
    .filter(({ deviceId }) => deviceId === device);

/** The times of a device's points in ms since the epoch. */
export const timesOf = (world: World, device: string): number[] =>
  rowsOf(world, device).map(({ time }) => Date.parse(`${String(time).slice(0, 23)}Z`));

/** The points of a device, once there are as many. */
export const stored = (world: World, device: string, count: number): Promise<Row[]> =>
  eventually(`${count} points of ${device}`, () => {
    const rows = rowsOf(world, device);
    return rows.length >= count && rows;
  });

/** The token in the secret of the database. */
export async function tokenOf({ platform, outputs }: World): Promise<string> {
  const SecretId = outputs.of["iot-to-timestream"]?.credentials;
  const { SecretString = "" } = await platform.clients
    .get(SecretsManagerClient)
    .send(new GetSecretValueCommand({ SecretId }));
  return (JSON.parse(SecretString) as { token: string }).token;
}
