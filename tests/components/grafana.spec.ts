import * as assert from "node:assert/strict";
import { Grafana, grafana } from "../../components/grafana";
import { IotToQuicksight } from "../../components/iot-to-quicksight";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { dependenciesOf } from "./parts/dependencies";
import { allow, arns, completed, trustedByService } from "./support";

const types = {
  association: "aws:grafana/roleAssociation:RoleAssociation",
  policy: "aws:iam/rolePolicy:RolePolicy",
  role: "aws:iam/role:Role",
  saml: "aws:grafana/workspaceSamlConfiguration:WorkspaceSamlConfiguration",
  workspace: "aws:grafana/workspace:Workspace",
};
const workspaceId = "iot-integrations-test-grafana-id";
const lake = arns.bucket("iot-to-quicksight-lake");
const results = `arn:aws:s3:::iot-integrations-test-euc1-iot-to-quicksi-00c7189e-${account}`;
const glue = (what: string): string => `arn:aws:glue:${region}:${account}:${what}`;
const database = "iot_integrations_test_iot_to_quicksight_lake";

const alone = (args: ConstructorParameters<typeof Grafana>[1] = {}): Promise<Made> =>
  deploy(() => new Grafana("grafana", args).outputs, {
    state: { [types.workspace]: { endpoint: "g-1.grafana-workspace.eu-central-1.amazonaws.com" } },
  });
const withLake = (): Promise<Made> =>
  deploy(() =>
    completed((given) => {
      const { lake } = new IotToQuicksight("iot-to-quicksight", given);
      return new Grafana("grafana", { lake }).outputs;
    }),
  );

const permissionsOf = (made: Made): unknown =>
  statements(made.only(types.policy, "grafana-role-permissions").policy);

const ofHealth = [
  allow("ReadMetrics", ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], "*"),
  // Grafana lists the alarms of a prefix, and AWS judges a list without names against all alarms.
  allow(
    "FindAlarms",
    "cloudwatch:DescribeAlarms",
    `arn:aws:cloudwatch:${region}:${account}:alarm:*`,
  ),
  allow(
    "ReadAlarms",
    "cloudwatch:DescribeAlarmHistory",
    `arn:aws:cloudwatch:${region}:${account}:alarm:iot-integrations-test-*`,
  ),
  allow(
    "QueryLogs",
    ["logs:GetLogGroupFields", "logs:GetQueryResults", "logs:StartQuery"],
    `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/iot-integrations-test-*`,
  ),
  allow("EndQueries", ["logs:DescribeLogGroups", "logs:StopQuery"], "*"),
];

describe("Grafana", () => {
  it("is a workspace of a pinned version, with permissions of this program only", async () => {
    const made = await alone();
    const { configuration, ...workspace } = made.only(types.workspace);
    assert.deepEqual(workspace, {
      name: "iot-integrations-test-grafana",
      description: "The fleet, each device and the health of the integrations.",
      accountAccessType: "CURRENT_ACCOUNT",
      permissionType: "CUSTOMER_MANAGED",
      roleArn: arns.role("grafana-role"),
      authenticationProviders: ["AWS_SSO"],
      grafanaVersion: "12.4",
      dataSources: ["CLOUDWATCH"],
    });
    assert.deepEqual(document(configuration), {
      plugins: { pluginAdminEnabled: false },
      unifiedAlerting: { enabled: false },
    });
    assert.deepEqual(dependenciesOf(made, types.workspace), ["grafana-role-permissions"]);
    assert.deepEqual(made.outputs, {
      workspaceId,
      url: "https://g-1.grafana-workspace.eu-central-1.amazonaws.com",
    });
  });

  it("lists all alarms, reads metrics, and histories of alarms and logs of functions of the stack, and nothing else", async () => {
    assert.deepEqual(permissionsOf(await alone()), ofHealth);
  });

  it("has a role for workspaces of the account", async () => {
    const made = await alone();
    assert.deepEqual(
      statements(made.only(types.role, "grafana-role").assumeRolePolicy),
      trustedByService(
        "grafana.amazonaws.com",
        `arn:aws:grafana:${region}:${account}:/workspaces/*`,
      ),
    );
  });

  it("with a data lake also queries it in its workgroup, by a plug-in", async () => {
    const made = await withLake();
    const workgroup = "iot-integrations-test-iot-to-quicksight-queries";
    assert.deepEqual(permissionsOf(made), [
      ...ofHealth,
      allow(
        "RunQueries",
        [
          "athena:GetQueryExecution",
          "athena:GetQueryResults",
          "athena:GetQueryResultsStream",
          "athena:GetWorkGroup",
          "athena:StartQueryExecution",
          "athena:StopQueryExecution",
        ],
        `arn:aws:athena:${region}:${account}:workgroup/${workgroup}`,
      ),
      allow(
        "FindResults",
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        results,
      ),
      allow(
        "KeepResults",
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
        `${results}/*`,
      ),
      allow(
        "ReadSchema",
        ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"],
        [glue("catalog"), glue(`database/${database}`), glue(`table/${database}/readings`)],
      ),
      allow("FindReadings", ["s3:GetBucketLocation", "s3:ListBucket"], lake),
      allow("ReadReadings", "s3:GetObject", `${lake}/readings/*`),
    ]);
    const { configuration, dataSources } = made.only(types.workspace);
    assert.deepEqual(dataSources, ["ATHENA", "CLOUDWATCH"]);
    assert.deepEqual(document(configuration).plugins, { pluginAdminEnabled: true });
  });

  it("gives groups of IAM Identity Center their roles, and no one else", async () => {
    const made = await alone({ admins: ["a"], viewers: ["v", "w"] });
    assert.deepEqual(
      [...made.all(types.association)],
      [
        ["grafana-admins", { workspaceId, role: "ADMIN", groupIds: ["a"] }],
        ["grafana-viewers", { workspaceId, role: "VIEWER", groupIds: ["v", "w"] }],
      ],
    );
    assert.deepEqual([...(await alone()).all(types.association)], []);
    assert.deepEqual([...made.all(types.saml)], []);
  });

  it("trusts a SAML provider instead", async () => {
    const made = await alone({
      authentication: "SAML",
      samlMetadataUrl: "https://login.example.com/metadata",
      admins: ["operators"],
      editors: ["analysts"],
    });
    assert.deepEqual(made.only(types.workspace).authenticationProviders, ["SAML"]);
    assert.deepEqual(made.only(types.saml), {
      workspaceId,
      idpMetadataUrl: "https://login.example.com/metadata",
      roleAssertion: "role",
      adminRoleValues: ["operators"],
      editorRoleValues: ["analysts"],
    });
    assert.deepEqual([...made.all(types.association)], []);
  });

  it("has no secret: no token is created", async () => {
    for (const { type } of (await withLake()).resources)
      assert.doesNotMatch(type, /grafana\/workspace(ServiceAccount|ApiKey)/);
  });

  it("reaches data sources by the subnets that it is given", async () => {
    const network = {
      subnetIds: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
      securityGroupIds: ["sg-0a1b2c3d"],
    };
    const made = await alone(network);
    assert.deepEqual(made.only(types.workspace).vpcConfiguration, network);
  });

  const valid = {
    version: "12.4",
    authentication: "AWS_SSO",
    admins: [],
    editors: [],
    viewers: [],
    samlMetadataUrl: undefined,
    samlRoleAttribute: "role",
    subnetIds: [],
    securityGroupIds: [],
  } as const;
  const checked = (changes: object) => grafana.check?.({ ...valid, ...changes } as never)?.key;

  it("refuses settings that do not fit together", () => {
    const saml = { authentication: "SAML", samlMetadataUrl: "https://a.example", admins: ["a"] };
    assert.equal(checked({}), undefined);
    assert.equal(checked(saml), undefined);
    assert.equal(checked({ samlMetadataUrl: "https://a.example" }), "samlMetadataUrl");
    assert.equal(checked({ ...saml, samlMetadataUrl: undefined }), "samlMetadataUrl");
    assert.equal(checked({ ...saml, admins: [] }), "admins");
    assert.equal(checked({ ...saml, viewers: ["v"] }), "viewers");
    const [subnetIds, securityGroupIds] = [["a", "b"], ["g"]];
    assert.equal(checked({ subnetIds, securityGroupIds }), undefined);
    assert.equal(checked({ subnetIds: ["a"], securityGroupIds }), "subnetIds");
    assert.equal(checked({ subnetIds }), "securityGroupIds");
    assert.equal(checked({ securityGroupIds }), "securityGroupIds");
  });
});
