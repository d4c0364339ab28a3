import type { ResourceValidationArgs } from "@pulumi/policy";
import { ruleActions } from "./rule-sinks";

/** A resource as the SDK passes it. */
type Declared = Pick<ResourceValidationArgs, "type" | "props">;

const cloudControl = "aws:cloudcontrol/resource:Resource";
const topicRule = "aws:iot/topicRule:TopicRule";

/** Returns true for a type of the provider whose resources can also be declared through Cloud Control. */
export const isAlsoDeclared = (type: string | undefined): boolean => type === topicRule;

/** Returns true for a resource that is declared through Cloud Control, to which the provider adds none of its default tags. */
export const isThroughCloudControl = ({ urn }: { urn: string }): boolean =>
  urn.split("::")[2]?.split("$").at(-1) === cloudControl;

/**
 * Returns a topic rule that is declared through Cloud Control in the form of `aws.iot.TopicRule`, so that every rule of the pack checks it;
 * any other resource, and a topic rule whose state is not JSON, as it is. The names of members differ in their first letter only, except
 * those of actions.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-iot-topicrule-topicrulepayload.html
 */
export function asProvider<D extends Declared>(declared: D): D {
  const { type, props } = declared as { type: string; props: Record<string, unknown> };
  if (type !== cloudControl || !Object.hasOwn(props, "desiredState")) return declared;
  const typeName = valueOf(props, "typeName");
  if (typeName?.value !== "AWS::IoT::TopicRule") return declared;
  const desired = valueOf(props, "desiredState");
  const inputs = desired ? inputsOf(objectIn(desired.value)) : unknownInputs(props);
  return inputs ? { ...declared, type: topicRule, props: inputs } : declared;
}

type State = Record<string, unknown>;

/** Undefined for a value that is not known yet, on access to which the proxy of the SDK throws. */
function valueOf(props: State, name: string): { value: unknown } | undefined {
  try {
    return { value: props[name] };
  } catch {
    // Not known yet.
  }
  return undefined;
}

function objectIn(text: unknown): State | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    if (isObject(value)) return value;
  } catch {
    // Not JSON.
  }
  return undefined;
}

const isObject = (value: unknown): value is State =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function inputsOf(state: State | undefined): State | undefined {
  if (!state) return undefined;
  const { RuleName, TopicRulePayload, Tags } = state;
  const payload = isObject(TopicRulePayload) ? TopicRulePayload : {};
  const { Sql, AwsIotSqlVersion, Description, RuleDisabled, Actions, ErrorAction } = payload;
  const inputs: State = {
    name: RuleName,
    description: Description,
    sql: Sql,
    sqlVersion: AwsIotSqlVersion,
    enabled: RuleDisabled !== true,
    tags: tagsOf(Tags),
    ...listsOf(Actions),
    errorAction: isObject(ErrorAction) ? namedSingly(ErrorAction) : undefined,
  };
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

/** CloudFormation lists tags; the provider has them by key. */
function tagsOf(tags: unknown): unknown {
  if (!Array.isArray(tags)) return tags;
  return Object.fromEntries(tags.filter(isObject).map(({ Key, Value }) => [String(Key), Value]));
}

/** The actions of a rule, in one list for each kind. */
function listsOf(actions: unknown): State {
  if (!Array.isArray(actions)) return {};
  const lists = new Map<string, unknown[]>();
  for (const action of actions.filter(isObject))
    for (const [kind, settings] of Object.entries(action)) {
      const { list } = nameOf(kind);
      lists.set(list, [...(lists.get(list) ?? []), withSmallLetters(settings)]);
    }
  return Object.fromEntries(lists);
}

const namedSingly = (action: State): State =>
  Object.fromEntries(
    Object.entries(action).map(([kind, settings]) => [
      nameOf(kind).single,
      withSmallLetters(settings),
    ]),
  );

/** `DynamoDBv2` is `dynamodbv2s` in the lists of a rule and `dynamodbv2` in an error action. */
const nameOf = (kind: string): { list: string; single: string } =>
  ruleActions.find(({ single }) => single.toLowerCase() === kind.toLowerCase()) ?? {
    list: small(kind),
    single: small(kind),
  };

function withSmallLetters(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSmallLetters);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [small(name), withSmallLetters(member)]),
  );
}

const small = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** What every topic rule has. */
const everyRuleHas = ["name", "description", "sql", "sqlVersion", "errorAction"];

/** Inputs that are not known yet, as the whole state is: reading one of them throws as reading the state does. */
const unknownInputs = (props: State): State =>
  Object.defineProperties(
    {},
    Object.fromEntries(
      everyRuleHas.map((name) => [name, { enumerable: true, get: () => props.desiredState }]),
    ),
  );
