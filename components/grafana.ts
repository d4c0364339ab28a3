import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { iotToQuicksight } from "./iot-to-quicksight";
import { readHealth } from "./parts/health/read-health";
import { define } from "./parts/integration";
import { readLake, type Lake } from "./parts/lake/lake";
import { arn, physicalName } from "./parts/names";
import { Role } from "./parts/role";
import { texts } from "./parts/settings/json-kinds";
import { oneOf, optionalText, text } from "./parts/settings/text-kinds";

type Authentication = "AWS_SSO" | "SAML";

export interface GrafanaArgs {
  /** The readings that Athena queries. @default none: no data source of Athena */
  lake?: Lake | undefined;
  /** @default that of the setting */
  version?: string;
  /** @default that of the setting */
  authentication?: Authentication;
  /** @default that of the setting */
  admins?: string[];
  /** @default that of the setting */
  editors?: string[];
  /** @default that of the setting */
  viewers?: string[];
  /** Required for SAML. */
  samlMetadataUrl?: string | undefined;
  /** @default that of the setting */
  samlRoleAttribute?: string;
  /** Of a network that reaches the data sources. @default none: AWS services only */
  subnetIds?: string[];
  /** Required with subnets. */
  securityGroupIds?: string[];
}

/** Groups of IAM Identity Center by their ids, or values of the SAML attribute; both are at most 256 characters. */
const group = {
  each: "the id of a group in IAM Identity Center or, for SAML, a value of the attribute with the role",
  fits: (given: string) => /^[^\s,]{1,256}$/.test(given),
};

const settings = {
  // https://docs.aws.amazon.com/grafana/latest/userguide/AMG-workspace-version-update.html
  version: oneOf({
    among: ["10.4", "12.4"],
    default: "12.4",
    description: "The version of Grafana. AWS updates a workspace to a later one, never back.",
  }),
  authentication: oneOf<Authentication>({
    among: ["AWS_SSO", "SAML"],
    default: "AWS_SSO",
    description: "How people sign in: by IAM Identity Center of the account, or by SAML.",
  }),
  admins: texts({ ...group, default: [], description: "Groups whose members administer Grafana." }),
  editors: texts({ ...group, default: [], description: "Groups whose members edit dashboards." }),
  viewers: texts({
    ...group,
    default: [],
    description: "Groups whose members view dashboards; with SAML, everyone else does.",
  }),
  samlMetadataUrl: optionalText({
    type: "an https URL",
    fits: (given) => /^https:\/\/[^\s]{1,2040}$/.test(given),
    description: "Where the SAML identity provider publishes its metadata; required for SAML.",
  }),
  samlRoleAttribute: text({
    default: "role",
    type: "1 to 256 characters",
    fits: (given) => /^\S{1,256}$/.test(given),
    description: "The SAML attribute whose values are the groups above.",
  }),
  subnetIds: texts({
    each: "the id of a subnet",
    fits: (given) => /^subnet-[0-9a-f]{8,17}$/.test(given),
    default: [],
    description:
      "Subnets by which Grafana reaches all data sources, in at least two zones; for InfluxDB. Without them, AWS services only.",
  }),
  securityGroupIds: texts({
    each: "the id of a security group",
    fits: (given) => /^sg-[0-9a-f]{8,17}$/.test(given),
    default: [],
    description: "Security groups of Grafana in these subnets; required with subnets.",
  }),
};

/**
 * A workspace of Amazon Managed Grafana with a role that reads the metrics, alarms and logs of this stack and, if there is one, its data
 * lake. Data sources and dashboards are published by `npm run grafana`.
 * @see https://docs.aws.amazon.com/grafana/latest/userguide/AMG-manage-permissions.html
 */
export class Grafana extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:Grafana", name, {}, opts);
    const parent = { parent: this };
    const { lake, authentication = settings.authentication.default } = args;
    const { subnetIds = [], securityGroupIds = [] } = args;

    const role = new Role(
      `${name}-role`,
      {
        service: "grafana.amazonaws.com",
        onBehalfOf: arn.grafanaWorkspaces(),
        statements: [...readHealth(), ...(lake ? readLake(lake) : [])],
      },
      parent,
    );
    const workspace = new aws.grafana.Workspace(
      `${name}-workspace`,
      {
        name: physicalName("grafana", name),
        description: "The fleet, each device and the health of the integrations.",
        accountAccessType: "CURRENT_ACCOUNT",
        permissionType: "CUSTOMER_MANAGED",
        roleArn: role.arn,
        authenticationProviders: [authentication],
        grafanaVersion: args.version ?? settings.version.default,
        dataSources: lake ? ["ATHENA", "CLOUDWATCH"] : ["CLOUDWATCH"],
        // The plug-in of Athena is not part of Grafana: `npm run grafana` installs it.
        // https://docs.aws.amazon.com/grafana/latest/userguide/AMG-configure-workspace.html
        configuration: JSON.stringify({
          plugins: { pluginAdminEnabled: lake !== undefined },
          unifiedAlerting: { enabled: false },
        }),
        ...(subnetIds.length > 0 && { vpcConfiguration: { subnetIds, securityGroupIds } }),
      },
      { ...parent, dependsOn: [role.permissions] },
    );
    if (authentication === "SAML") trustProvider(name, workspace, args, parent);
    else admitGroups(name, workspace, args, parent);
    this.outputs = {
      workspaceId: workspace.id,
      url: pulumi.interpolate`https://${workspace.endpoint}`,
    };
    this.registerOutputs(this.outputs);
  }
}

/** Gives groups of IAM Identity Center their roles in Grafana. */
function admitGroups(
  name: string,
  workspace: aws.grafana.Workspace,
  args: GrafanaArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { admins = [], editors = [], viewers = [] } = args;
  for (const [role, groupIds] of Object.entries({
    ADMIN: admins,
    EDITOR: editors,
    VIEWER: viewers,
  }))
    if (groupIds.length > 0)
      new aws.grafana.RoleAssociation(
        `${name}-${role.toLowerCase()}s`,
        { workspaceId: workspace.id, role, groupIds },
        opts,
      );
}

/** @see https://docs.aws.amazon.com/grafana/latest/userguide/authentication-in-AMG-SAML.html */
function trustProvider(
  name: string,
  workspace: aws.grafana.Workspace,
  args: GrafanaArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.grafana.WorkspaceSamlConfiguration(
    `${name}-saml`,
    {
      workspaceId: workspace.id,
      idpMetadataUrl: args.samlMetadataUrl,
      roleAssertion: args.samlRoleAttribute ?? settings.samlRoleAttribute.default,
      adminRoleValues: args.admins ?? [],
      editorRoleValues: args.editors ?? [],
    },
    opts,
  );
}

export const grafana = define({
  stem: "grafana",
  summary:
    "Shows the fleet, each device and the health of the integrations in Amazon Managed Grafana.",
  settings,
  movesMessages: false,
  check({ authentication, samlMetadataUrl, admins, viewers, subnetIds, securityGroupIds }) {
    // https://docs.aws.amazon.com/grafana/latest/APIReference/API_VpcConfiguration.html
    if (subnetIds.length === 1 || subnetIds.length > 6 || securityGroupIds.length > 5)
      return {
        key: subnetIds.length === 1 || subnetIds.length > 6 ? "subnetIds" : "securityGroupIds",
        wrong: "has too few or too many items",
        wanted: "two to six subnets in different zones, with one to five security groups",
      };
    if (subnetIds.length > 0 !== securityGroupIds.length > 0)
      return {
        key: "securityGroupIds",
        wrong: securityGroupIds.length > 0 ? "is set without subnets" : "is empty",
        wanted: "at least one security group if there are subnets, and [] otherwise",
      };
    if (authentication === "AWS_SSO")
      return samlMetadataUrl === undefined
        ? undefined
        : {
            key: "samlMetadataUrl",
            wrong: "is set",
            wanted: "no value unless authentication is SAML",
          };
    if (samlMetadataUrl === undefined)
      return { key: "samlMetadataUrl", wrong: "is missing", wanted: settings.samlMetadataUrl.type };
    if (admins.length === 0)
      return {
        key: "admins",
        wrong: "is empty",
        wanted:
          "a value of the attribute with the role, since no other user may publish dashboards",
      };
    if (viewers.length > 0)
      return {
        key: "viewers",
        wrong: "has items",
        wanted: "[] for SAML, where everyone else views",
      };
    return undefined;
  },
  needs: {},
  uses: { quicksight: iotToQuicksight },
  create: (name, _stack, values, { quicksight }) =>
    new Grafana(name, { ...values, lake: quicksight?.lake }),
});
