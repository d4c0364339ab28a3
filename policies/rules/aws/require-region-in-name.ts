import { namesRegion } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { whereaboutsOf } from "../../stack/whereabouts";

/**
 * The input that names a resource, for types whose names all regions of an account or partition share.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
 */
const globalNames: Readonly<Record<string, string>> = {
  "aws:cloudfront/cachePolicy:CachePolicy": "name",
  "aws:cloudfront/function:Function": "name",
  "aws:cloudfront/originAccessControl:OriginAccessControl": "name",
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": "name",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": "name",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws:iam/group:Group": "name",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:iam/policy:Policy": "name",
  "aws:iam/role:Role": "name",
  "aws:iam/user:User": "name",
  "aws:s3/bucket:Bucket": "bucket",
};

/** The same program deployed to a second region fails, because the names exist already. */
export const requireRegionInName: StackRule = {
  name: "aws-resource-require-region-in-name",
  displayName: "Global names contain the Region",
  description:
    "Every explicit name that the Regions of an account share, such as that of a role, a bucket or a resource in another Region, contains the Region of the stack.",
  area: "validation",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A stack in one Region works; only a second Region finds the names taken.",
  },
  framework: wellArchitected.multipleLocations,
  remediationSteps:
    "Put the Region into the name, in full or short (euc1 for eu-central-1), or let Pulumi generate the name.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
  checkStack(stack, report) {
    const region = whereaboutsOf(stack)?.region;
    if (region === undefined) return;
    for (const resource of stack.resources) {
      const input = inputOf(resource.type, resource.inputs.at("region").peek(), region);
      const name = input && resource.inputs.at(input).peek();
      if (input && name && !isGenerated(name, resource.name) && !namesRegion(name, region))
        report(
          resource,
          `Has the name ${name}, which the same stack in another Region needs too: put ${region} into ${input}.`,
        );
    }
  },
};

/**
 * True for a name that Pulumi generated: the logical name, or its start if it is long, and a random suffix, which differs in each stack.
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
function isGenerated(name: string, logical: string): boolean {
  // Without the hyphen and the seven digits.
  const start = name.slice(0, -8).toLowerCase();
  if (!/-[0-9a-f]{7}$/i.test(name) || !logical.toLowerCase().startsWith(start)) return false;
  return start.length === logical.length || start.length >= shortened;
}

/** The shortest start to which Pulumi shortens a long logical name in these types. */
const shortened = 40;

/**
 * The input that has to contain the Region. A resource in another Region than the stack, such as a function or an alarm for CloudFront,
 * shares that Region with other stacks.
 */
function inputOf(type: string, placed: string | undefined, region: string): string | undefined {
  if (Object.hasOwn(globalNames, type)) return globalNames[type];
  return placed !== undefined && placed !== region ? "name" : undefined;
}
