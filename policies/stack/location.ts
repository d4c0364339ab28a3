/** The partition, region and account of a stack's ARNs, assumed for resources whose ARN has no region or account. */
export interface Whereabouts {
  partition: string;
  region: string;
  account: string;
}
