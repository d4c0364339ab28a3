import type { PolicyComplianceFramework } from "@pulumi/policy";

/** A best practice of the AWS Well-Architected Framework, with its identifier and title. */
const practice = (reference: string, specification: string): PolicyComplianceFramework => ({
  name: "AWS Well-Architected Framework",
  version: "2024-06-27",
  reference,
  specification,
});

/** The best practices that the rules implement. */
export const wellArchitected = {
  leastPrivilege: practice("SEC03-BP02", "Grant least privilege access"),
  reducePermissions: practice("SEC03-BP04", "Reduce permissions continuously"),
  crossAccount: practice("SEC03-BP07", "Analyze public and cross-account access"),
  separateWorkloads: practice("SEC01-BP01", "Separate workloads using accounts"),
  secrets: practice("SEC02-BP03", "Store and use secrets securely"),
  encryptionAtRest: practice("SEC08-BP02", "Enforce encryption at rest"),
  encryptionInTransit: practice("SEC09-BP02", "Enforce encryption in transit"),
  looseCoupling: practice("REL04-BP02", "Implement loosely coupled dependencies"),
  limitRetries: practice("REL05-BP03", "Control and limit retry calls"),
  failFast: practice("REL05-BP04", "Fail fast and limit queues"),
  monitorAll: practice("REL06-BP01", "Monitor all components for the workload (Generation)"),
  vulnerabilities: practice("SEC06-BP01", "Perform vulnerability management"),
  backup: practice(
    "REL09-BP01",
    "Identify and back up all data that needs to be backed up, or reproduce the data from sources",
  ),
  multipleLocations: practice("REL10-BP01", "Deploy the workload to multiple locations"),
  scaling: practice("REL07-BP01", "Use automation when obtaining or scaling resources"),
  actionableAlerts: practice("OPS08-BP04", "Create actionable alerts"),
  dataRetention: practice("COST04-BP05", "Enforce data retention policies"),
  costAllocation: practice("COST03-BP02", "Add organization information to cost and usage"),
  costEstimate: practice("COST05-BP06", "Perform cost analysis for different usage over time"),
  costOfInvocations: practice(
    "COST06-BP03",
    "Select resource type, size, and number automatically based on metrics",
  ),
  notify: practice("REL06-BP03", "Send notifications (Real-time processing and alarming)"),
} as const;
