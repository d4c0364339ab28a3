import { createHash } from "node:crypto";
import type { Provisioner, Provisioners } from "../provisioner";

/** Records a resource of Amazon Managed Grafana: no Grafana runs here, and no message passes through one. */
const recorded: Provisioner = async (resource, { clients, notHonoured }) => {
  notHonoured(
    "Amazon Managed Grafana exists on AWS only; `npm run grafana -- --export` writes the dashboards for a Grafana of your own.",
  );
  const { region, accountId } = clients.account;
  const id = `g-${createHash("sha256").update(resource.urn).digest("hex").slice(0, 10)}`;
  const arn = `arn:aws:grafana:${region}:${accountId}:/workspaces/${id}`;
  const endpoint = `${id}.grafana-workspace.${region}.amazonaws.com`;
  return { id, state: { ...resource.plain, arn, endpoint } };
};

export const provisioners: Provisioners = {
  "aws:grafana/roleAssociation:RoleAssociation": recorded,
  "aws:grafana/workspace:Workspace": recorded,
  "aws:grafana/workspaceSamlConfiguration:WorkspaceSamlConfiguration": recorded,
};
