import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { waiverFor, type Ledger } from "./ledger";
import { defaultsOf, type Settings } from "./parameters";
import type { Report, ResourceRule, Rule, StackReport, StackRule } from "./rule";
import { asProvider, isAlsoDeclared } from "./stack/cloud-control";
import { Place } from "./stack/place";
import type { Resource } from "./stack/resource";
import { stackOf } from "./stack/stack";

/** Converts a rule to a policy of the Pulumi SDK. Every rule of the pack passes through this function. */
export const asPolicy = (
  rule: Rule,
  ledger: Ledger,
): ResourceValidationPolicy | StackValidationPolicy =>
  "check" in rule ? resourcePolicy(rule, ledger) : stackPolicy(rule, ledger);

function resourcePolicy(rule: ResourceRule, ledger: Ledger): ResourceValidationPolicy {
  const validateResource = (declared: ResourceValidationArgs, report: ReportViolation) => {
    ledger.given?.remember(declared);
    const args = asProvider(declared);
    if (!rule.types.includes(args.type)) return withoutTrace(() => args.notApplicable(otherTypes));
    const lines = linesOf(rule, ledger, report);
    const resource = seen(args, lines.unverified);
    const found: Report = Object.assign((said: string) => lines.found(resource, said), {
      undecided: (said: string) => lines.undecided(resource, said),
      advise: (said: string) => lines.advise(resource, said),
    });
    const settings = settingsOf(rule, ledger, args);
    lines.guard(resource, () => rule.check(resource, found, settings));
  };
  // The SDK sets the same mark on validations of one type, so that it does not read the inputs of other types.
  const marked =
    rule.types.length === 1 && !isAlsoDeclared(rule.types[0])
      ? Object.assign(validateResource, { __pulumiType: rule.types[0] })
      : validateResource;
  return { ...metadata(rule), validateResource: marked };
}

const otherTypes = "It is about other types.";

/** The SDK throws an error if a policy does not apply. That is the case for most resources, and the stack trace is never used. */
function withoutTrace(leave: () => never): never {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
    return leave();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function stackPolicy(rule: StackRule, ledger: Ledger): StackValidationPolicy {
  return {
    ...metadata(rule),
    validateStack(args: StackValidationArgs, report) {
      const lines = linesOf(rule, ledger, report);
      const stack = stackOf(seenAll(args.resources, lines.unverified, ledger));
      const { undecided, advise } = lines;
      const found: StackReport = Object.assign(lines.found, { undecided, advise });
      const settings = settingsOf(rule, ledger, args);
      lines.guard(stack.resources[0], () => rule.checkStack(stack, found, settings));
    },
  };
}

/** The SDK applies defaults only if the engine has sent a configuration. */
function settingsOf(
  rule: Rule,
  { settings }: Ledger,
  args: Pick<StackValidationArgs, "getConfig">,
): Settings {
  const given = { ...defaultsOf(rule), ...args.getConfig<Settings>() };
  settings?.set(rule.name, given);
  return given;
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
  ...(rule.parameters && { configSchema: { properties: { ...rule.parameters } } }),
});

/** Reports the findings of a rule as violations, or as advisory lines for waived and unverified findings. */
function linesOf({ name }: Rule, ledger: Ledger, report: ReportViolation) {
  // The SDK also accepts an object with its own enforcement level. Its types omit that.
  const line = report as unknown as (line: object) => void;
  const advisory = (resource: Resource, message: string) =>
    line({ message, urn: resource.urn, enforcementLevel: "advisory" });
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
  const advise = (resource: Resource, sentence: string): void =>
    advisory(resource, `Advice: ${sentence}`);
  const unverified = (resource: Resource, path: string): void => {
    if (ledger.unverified) return ledger.unverified.note(name, resource, path);
    undecided(
      resource,
      `'${path}' of '${resource.name}' is not known before the update, and this rule depends on it.`,
    );
  };
  /** An error in a rule must neither stop the operation nor hide a finding. */
  const guard = (resource: Resource | undefined, run: () => void): void => {
    try {
      run();
    } catch (error) {
      report(`The rule itself failed: ${String(error)}`, resource?.urn);
    }
  };
  return { found, undecided, advise, unverified, guard };
}

type Noted = (resource: Resource, path: string) => void;

function seen(
  { type, name, urn, props }: ResourceValidationArgs | PolicyResource,
  noted: Noted,
  sourcesOf: Resource["sourcesOf"] = () => [],
  dependencies: readonly string[] = [],
  isLeftOut?: (input: string) => boolean,
): Resource {
  const inputs = Place.of(props, (path) => noted(resource, path), isLeftOut);
  const resource: Resource = { type, name, urn, inputs, sourcesOf, dependencies };
  return resource;
}

function seenAll(resources: PolicyResource[], noted: Noted, { given: inputs }: Ledger): Resource[] {
  const byUrn = new Map<string, Resource>();
  return resources.map((declared) => {
    const given = asProvider(declared);
    const resource = seen(
      given,
      noted,
      (input) =>
        given.propertyDependencies[input]?.flatMap(({ urn }) => byUrn.get(urn) ?? []) ?? [],
      given.dependencies.map(({ urn }) => urn),
      // The inputs of a translated resource are not those that the program set.
      given === declared && inputs ? (input) => inputs.isLeftOut(given.urn, input) : undefined,
    );
    byUrn.set(resource.urn, resource);
    return resource;
  });
}
