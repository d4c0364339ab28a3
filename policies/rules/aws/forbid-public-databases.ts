import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const forbidPublicDatabases: ResourceRule = {
  name: "aws-database-forbid-public-access",
  displayName: "Databases are not reachable from the internet",
  description: "No database and no warehouse has an address that is reachable from the internet.",
  area: "least privilege",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "Any host on the internet can try passwords and faults of a public database.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Omit publiclyAccessible or set it to false, and reach the database from its own network or through an AWS API.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/redshiftserverless-controls.html",
  types: [
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/instance:Instance",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
    "aws:timestreaminfluxdb/dbInstance:DbInstance",
  ],
  check({ inputs }, report) {
    if (inputs.at("publiclyAccessible").flag() === true)
      report("Is reachable from the internet: set publiclyAccessible to false.");
  },
};
