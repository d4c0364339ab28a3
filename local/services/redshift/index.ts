import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import type { Namespace, Workgroup } from "../../doubles/data-api";

/** What the provisioners of this service use of the local run: the double of the Data API. */
interface RedshiftServices {
  dataApi: {
    addNamespace(name: string, namespace: Namespace): void;
    add(workgroup: Workgroup): void;
    define(workgroupName: string, sql: string): Promise<void>;
  };
}

const namespace: Provisioner<RedshiftServices> = async (resource, { clients, services }) => {
  const inputs = inputsOf<aws.redshiftserverless.NamespaceArgs, "namespaceName">(
    resource,
    "namespaceName",
  );
  const { namespaceName: name, dbName: database = "dev", iamRoles: copyRoles = [] } = inputs;
  const { region, accountId } = clients.account;
  const adminSecretArn = `arn:aws:secretsmanager:${region}:${accountId}:secret:redshift!${name}-admin`;
  services.dataApi.addNamespace(name, { database, copyRoles, adminSecretArn });
  return {
    id: name,
    state: {
      ...resource.plain,
      arn: `arn:aws:redshift-serverless:${region}:${accountId}:namespace/${name}`,
      adminPasswordSecretArn: adminSecretArn,
    },
  };
};

const workgroup: Provisioner<RedshiftServices> = async (resource, context) => {
  const { clients, services, notHonoured } = context;
  const inputs = inputsOf<aws.redshiftserverless.WorkgroupArgs, "workgroupName" | "namespaceName">(
    resource,
    "workgroupName",
    "namespaceName",
  );
  const { workgroupName: name, namespaceName, tags = {} } = inputs;
  const { region, accountId } = clients.account;
  const arn = `arn:aws:redshift-serverless:${region}:${accountId}:workgroup/${name}`;
  services.dataApi.add({ name, arn, tags, namespace: namespaceName });
  notHonoured(
    "Redshift is a double here: it runs the statements of the integration in DuckDB, and no others.",
  );
  return { id: name, state: { ...resource.plain, arn, workgroupId: name } };
};

const usageLimit: Provisioner = async (resource, { notHonoured }) => {
  notHonoured("Usage limits of Redshift have no effect here.");
  return { id: resource.name, state: resource.plain };
};

const statement: Provisioner<RedshiftServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.redshiftdata.StatementArgs, "workgroupName">(
    resource,
    "workgroupName",
  );
  await services.dataApi.define(inputs.workgroupName, inputs.sql);
  return { id: resource.name, state: resource.plain };
};

export const provisioners: Provisioners<RedshiftServices> = {
  "aws:redshiftserverless/namespace:Namespace": namespace,
  "aws:redshiftserverless/workgroup:Workgroup": workgroup,
  "aws:redshiftserverless/usageLimit:UsageLimit": usageLimit,
  "aws:redshiftdata/statement:Statement": statement,
};
