import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type * as aws from "@pulumi/aws";
import { randomBytes } from "node:crypto";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import type { InfluxdbDatabases } from "./databases";

export { createInfluxdbDatabases, type InfluxdbDatabases } from "./databases";

interface InfluxdbServices {
  influxdbDatabases: InfluxdbDatabases;
}

/** Of InfluxDB 3, these are AWS's: https://docs.aws.amazon.com/timestream/latest/developerguide/influxdb3.html */
const versions3 = ["InfluxDBV3Core", "InfluxDBV3Enterprise"];

/** What AWS refuses for InfluxDB 3, as the provider documents. */
const forbidden = [
  "allocatedStorage",
  "bucket",
  "deploymentType",
  "organization",
  "password",
  "username",
];

/**
 * Starts a double of InfluxDB 3 and writes its token to a secret of the name that AWS gives it.
 * @see https://docs.aws.amazon.com/ts-influxdb/latest/ts-influxdb-api/API_CreateDbCluster.html
 */
const dbCluster: Provisioner<InfluxdbServices> = async (resource, context) => {
  const { clients, services, notHonoured } = context;
  const inputs = inputsOf<aws.timestreaminfluxdb.DbClusterArgs, "name">(resource, "name");
  const { name, dbParameterGroupIdentifier: group = "" } = inputs;
  if (!versions3.includes(group))
    throw new Error(
      `The local run has a double of InfluxDB 3 only; set dbParameterGroupIdentifier to ${versions3.join(" or ")}.`,
    );
  const wrong = forbidden.find((input) => resource.plain[input] !== undefined);
  if (wrong) throw new Error(`InfluxDB 3 takes no ${wrong}; leave it out.`);
  if (!/^(?=.{3,40}$)[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$/.test(name))
    throw new Error(`${name} is no name of a cluster: 3 to 40 letters, digits and single hyphens.`);
  notHonoured(
    "InfluxDB is a double here: it speaks the write API of version 3, answers one form of query and keeps everything in memory.",
  );
  const id = randomBytes(5).toString("hex");
  const token = `apiv3_${randomBytes(24).toString("base64url")}`;
  const database = await services.influxdbDatabases.start(name, token);
  const { ARN } = await clients.get(SecretsManagerClient).send(
    new CreateSecretCommand({
      Name: `READONLY-InfluxDB-auth-parameters-${id}`,
      SecretString: JSON.stringify({ token }),
    }),
  );
  const { region, accountId } = clients.account;
  return {
    id,
    state: {
      ...resource.plain,
      arn: `arn:aws:timestream-influxdb:${region}:${accountId}:db-cluster/${id}`,
      endpoint: "127.0.0.1",
      port: database.port,
      influxAuthParametersSecretArn: ARN,
    },
  };
};

export const provisioners: Provisioners<InfluxdbServices> = {
  "aws:timestreaminfluxdb/dbCluster:DbCluster": dbCluster,
};
