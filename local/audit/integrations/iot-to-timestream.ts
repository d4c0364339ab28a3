import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { IntegrationAudit } from "../integration-audit";

interface Row {
  deviceId: string;
  time: string;
}

/** Points in the time series database, read by its own query API with the token in its secret. */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    async stored({ platform: { clients }, outputs, deployment }) {
      const { url = "", credentials, database, table } = outputs.of["iot-to-timestream"] ?? {};
      const { SecretString = "{}" } = await clients
        .get(SecretsManagerClient)
        .send(new GetSecretValueCommand({ SecretId: credentials }));
      const { token } = JSON.parse(SecretString) as { token: string };
      const rows = await query({
        url,
        token,
        ca: deployment.influxdbDatabases.ca,
        sent: { db: database, q: `SELECT * FROM "${table}"`, format: "json" },
      });
      return new Set(rows.map(({ deviceId, time }) => `${deviceId}#${millisecond(time)}`));
    },
    sharedFailures: ["telemetry"],
  },
};

/** Nanoseconds distinguish readings of one millisecond. */
const millisecond = (time: string): number => Date.parse(`${time.slice(0, 23)}Z`);

/** A table that nothing was written to does not exist. */
async function query(args: {
  url: string;
  token: string;
  ca: string | undefined;
  sent: object;
}): Promise<Row[]> {
  const { url, token, ca, sent } = args;
  const [status, body] = await new Promise<[number, string]>((answered, failed) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    request(`${url}/api/v3/query_sql`, { method: "POST", headers, ca }, (response) => {
      text(response).then((read) => answered([response.statusCode ?? 0, read]), failed);
    })
      .on("error", failed)
      .end(JSON.stringify(sent));
  });
  if (status === 404) return [];
  if (status !== 200) throw new Error(`InfluxDB answers the audit with ${status}: ${body}`);
  return JSON.parse(body) as Row[];
}
