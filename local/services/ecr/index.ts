import type * as aws from "@pulumi/aws";
import { createHash } from "node:crypto";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

const repository: Provisioner = async (resource, { clients }) => {
  const { name } = inputsOf<aws.ecr.RepositoryArgs, "name">(resource, "name");
  const { region, accountId } = clients.account;
  return {
    id: name,
    state: {
      ...resource.plain,
      arn: `arn:aws:ecr:${region}:${accountId}:repository/${name}`,
      registryId: accountId,
      repositoryUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/${name}`,
    },
  };
};

const lifecyclePolicy: Provisioner = async (resource) => ({
  id: resource.name,
  state: { ...resource.plain },
});

/** No image is built; its digest is made up of what it would be built from. */
const image: Provisioner = async (resource, { notHonoured }) => {
  notHonoured("Images are not built here: `npm run test:container` builds and runs one.");
  const { repositoryUrl } = resource.plain as { repositoryUrl: string };
  const digest = createHash("sha256").update(JSON.stringify(resource.plain)).digest("hex");
  return {
    id: resource.name,
    state: { ...resource.plain, imageUri: `${repositoryUrl}@sha256:${digest}` },
  };
};

export const provisioners: Provisioners = {
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": lifecyclePolicy,
  "aws:ecr/repository:Repository": repository,
  "awsx:ecr:Image": image,
};
