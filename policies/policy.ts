import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { waiverFor, type Ledger } from "./ledger";
import type { Report, ResourceRule, Rule, StackReport, StackRule } from "./rule";
import { Place } from "./stack/place";
import type { Resource } from "./stack/resource";
import { stackOf } from "./stack/stack";

/** Makes of a rule what Pulumi's SDK runs; every rule of a pack goes through here. */
export const asPolicy = (
  rule: Rule,
  ledger: Ledger,
): ResourceValidationPolicy | StackValidationPolicy =>
  "check" in rule ? resourcePolicy(rule, ledger) : stackPolicy(rule, ledger);

function resourcePolicy(rule: ResourceRule, ledger: Ledger): ResourceValidationPolicy {
  const validateResource = (args: ResourceValidationArgs, report: ReportViolation) => {
    if (!rule.types.includes(args.type)) args.notApplicable("It is about other types.");
    const lines = linesOf(rule, ledger, report);
    const resource = seen(args, lines.unverified);
    const found: Report = Object.assign((said: string) => lines.found(resource, said), {
      undecided: (said: string) => lines.undecided(resource, said),
    });
    lines.guard(resource, () => rule.check(resource, found));
  };
  // As the SDK marks validations of one type itself: it then need not read the inputs of others.
  const marked =
    rule.types.length === 1
      ? Object.assign(validateResource, { __pulumiType: rule.types[0] })
      : validateResource;
  return { ...metadata(rule), validateResource: marked };
}

function stackPolicy(rule: StackRule, ledger: Ledger): StackValidationPolicy {
  return {
    ...metadata(rule),
    validateStack({ resources }: StackValidationArgs, report) {
      const lines = linesOf(rule, ledger, report);
      const stack = stackOf(seenAll(resources, lines.unverified));
      const found: StackReport = Object.assign(lines.found, { undecided: lines.undecided });
      lines.guard(stack.resources[0], () => rule.checkStack(stack, found));
    },
  };
}

const metadata = (rule: Rule) => ({
  name: rule.name,
  displayName: rule.displayName,
  description: rule.description,
  severity: rule.severity,
  framework: rule.framework,
  tags: [rule.area],
  remediationSteps: rule.remediationSteps,
  url: rule.url,
});

/** What a rule's findings become: violations, or lines that say what was waived and what could not be verified. */
function linesOf({ name }: Rule, ledger: Ledger, report: ReportViolation) {
  // The SDK takes an object too, with a level of its own, which its types leave out.
  const advise = report as unknown as (advice: object) => void;
  const advisory = (resource: Resource | undefined, message: string) =>
    advise({ message, urn: resource?.urn, enforcementLevel: "advisory" });
  const said = new Set<string>();

  const found = (resource: Resource, finding: string): void => {
    const waiver = waiverFor(ledger, name, resource, finding);
    if (!waiver) return report(finding, resource.urn);
    const { expires, reason, evidence } = waiver;
    advisory(resource, `Waived until ${expires}: ${finding} Reason: ${reason} (${evidence})`);
  };
  const undecided = (resource: Resource, sentence: string): void => {
    if (said.has(sentence)) return;
    said.add(sentence);
    advisory(resource, `Unverified: ${sentence}`);
  };
  const unverified = (resource: Resource, path: string): void =>
    undecided(
      resource,
      `'${path}' of '${resource.name}' is not known before the update, and this rule depends on it.`,
    );
  /** An error in a rule must not end the whole operation, and must not let anything pass either. */
  const guard = (resource: Resource | undefined, run: () => void): void => {
    try {
      run();
    } catch (error) {
      report(`The rule itself failed: ${String(error)}`, resource?.urn);
    }
  };
  return { found, undecided, unverified, guard };
}

type Noted = (resource: Resource, path: string) => void;

function seen(
  { type, name, urn, props }: ResourceValidationArgs | PolicyResource,
  noted: Noted,
  sourcesOf: Resource["sourcesOf"] = () => [],
): Resource {
  const inputs = Place.of(props, (path) => noted(resource, path));
  const resource: Resource = { type, name, urn, inputs, sourcesOf };
  return resource;
}

function seenAll(resources: PolicyResource[], noted: Noted): Resource[] {
  const byUrn = new Map<string, Resource>();
  return resources.map((given) => {
    const resource = seen(given, noted, (input) =>
      (given.propertyDependencies[input] ?? []).flatMap(({ urn }) => byUrn.get(urn) ?? []),
    );
    byUrn.set(resource.urn, resource);
    return resource;
  });
}
