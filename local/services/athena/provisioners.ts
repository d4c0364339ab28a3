import {
  AthenaClient,
  CreateNamedQueryCommand,
  CreateWorkGroupCommand,
  type EncryptionOption,
} from "@aws-sdk/client-athena";
import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

const workgroup: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.athena.WorkgroupArgs, "name">(resource, "name");
  const { configuration } = inputs;
  const results = configuration?.resultConfiguration;
  await clients.get(AthenaClient).send(
    new CreateWorkGroupCommand({
      Name: inputs.name,
      Description: inputs.description,
      Configuration: {
        EnforceWorkGroupConfiguration: configuration?.enforceWorkgroupConfiguration,
        PublishCloudWatchMetricsEnabled: configuration?.publishCloudwatchMetricsEnabled,
        BytesScannedCutoffPerQuery: configuration?.bytesScannedCutoffPerQuery,
        ResultConfiguration: results && {
          OutputLocation: results.outputLocation,
          EncryptionConfiguration: results.encryptionConfiguration && {
            EncryptionOption: results.encryptionConfiguration.encryptionOption as EncryptionOption,
          },
        },
      },
    }),
  );
  if (configuration?.bytesScannedCutoffPerQuery !== undefined)
    notHonoured("Queries of a workgroup may read any number of bytes here.");
  const { region, accountId } = clients.account;
  const arn = `arn:aws:athena:${region}:${accountId}:workgroup/${inputs.name}`;
  return { id: inputs.name, state: { ...resource.plain, arn } };
};

const namedQuery: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.athena.NamedQueryArgs, "name">(resource, "name");
  const { NamedQueryId = "" } = await clients.get(AthenaClient).send(
    new CreateNamedQueryCommand({
      Name: inputs.name,
      Description: inputs.description,
      Database: inputs.database,
      QueryString: inputs.query,
      WorkGroup: inputs.workgroup,
    }),
  );
  return { id: NamedQueryId, state: resource.plain };
};

export const provisioners: Provisioners = {
  "aws:athena/namedQuery:NamedQuery": namedQuery,
  "aws:athena/workgroup:Workgroup": workgroup,
};
