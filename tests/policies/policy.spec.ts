import * as assert from "node:assert/strict";
import { wellArchitected } from "../../policies/frameworks";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { integer, type Settings } from "../../policies/parameters";
import { asPolicy } from "../../policies/policy";
import type { ResourceRule, StackRule } from "../../policies/rule";
import { said, saidAfter, unknown, type Given } from "../support/policy";

const metadata = {
  name: "sqs-queue-require-name",
  displayName: "Queues have names",
  description: "Every queue has a name.",
  area: "documentation",
  severity: "low",
  recommended: { level: "advisory", because: "A double." },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Name it.",
  url: "https://docs.aws.amazon.com/x.html",
} as const;
const one = (check: ResourceRule["check"], ...types: string[]): ResourceRule => ({
  ...metadata,
  types: types.length > 0 ? types : ["aws:sqs/queue:Queue"],
  check,
});
const all = (checkStack: StackRule["checkStack"]): StackRule => ({ ...metadata, checkStack });
const queue = (inputs: Record<string, unknown>) => ({ type: "aws:sqs/queue:Queue", inputs });
const noWaivers = { waivers: [], today: "2026-11-24" };
/** A policy that has one validation, with the mark by which the SDK knows its type. */
type One = ResourceValidationPolicy & {
  validateResource: Extract<
    ResourceValidationPolicy["validateResource"],
    (...args: never) => unknown
  > & {
    __pulumiType?: string;
  };
};

describe("A rule as a policy", () => {
  it("passes the metadata to the CLI and the parameter schema to the engine", () => {
    const { area, recommended: _, ...words } = metadata;
    const plain = asPolicy(
      all(() => undefined),
      noWaivers,
    );
    assert.deepEqual(plain, {
      ...words,
      tags: [area],
      validateStack: (plain as StackValidationPolicy).validateStack,
    });
    const days = integer("Days.", { usually: 7, from: 1, to: 9 });
    const { configSchema } = asPolicy({ ...one(() => undefined), parameters: { days } }, noWaivers);
    assert.deepEqual(configSchema, { properties: { days } });
  });

  it("receives only resources of its one or several types", async () => {
    const saw: string[] = [];
    const look: ResourceRule["check"] = ({ type }) => saw.push(type);
    const topic = { type: "aws:sns/topic:Topic", inputs: {} };
    await said(one(look), queue({}), topic);
    await said(one(look, "aws:sns/topic:Topic", "aws:sqs/queue:Queue"), queue({}), topic);
    assert.deepEqual(saw, ["aws:sqs/queue:Queue", "aws:sqs/queue:Queue", "aws:sns/topic:Topic"]);
  });

  it("reports an unknown input once, as an advisory line", async () => {
    const line =
      "advisory it: Unverified: 'name' of 'it' is not known before the update, and this rule depends on it.";
    const rule = one(({ inputs }) => void [inputs.at("name").text(), inputs.at("name").number()]);
    assert.deepEqual(await said(rule, queue({ name: unknown })), [line]);
    const stack = all(({ resources }) =>
      resources.forEach(({ inputs }) => inputs.at("name").text()),
    );
    assert.deepEqual(await said(stack, queue({ name: unknown })), [line]);
  });

  it("knows the source of a value in a stack rule, but not in a resource rule", async () => {
    const saw: string[][] = [];
    const look: StackRule["checkStack"] = ({ resources }) => {
      for (const { sourcesOf } of resources)
        for (const input of ["name", "tags"]) saw.push(sourcesOf(input).map(({ name }) => name));
    };
    const made = { ...queue({ name: unknown }), madeFrom: { name: ["topic", "elsewhere"] } };
    await said(all(look), made, { type: "aws:sns/topic:Topic", name: "topic", inputs: {} });
    await said(
      one(({ sourcesOf }) => void saw.push(sourcesOf("name").map(({ name }) => name))),
      made,
    );
    assert.deepEqual(saw, [["topic"], [], [], [], []]);
  });

  it("knows no source that is not among the resources of the stack", () => {
    const saw: string[][] = [];
    const look: StackRule["checkStack"] = ({ resources }) => {
      for (const { sourcesOf } of resources) saw.push(sourcesOf("name").map(({ name }) => name));
    };
    const { validateStack } = asPolicy(all(look), noWaivers) as StackValidationPolicy;
    const declared = { type: "aws:sns/topic:Topic", name: "topic", urn: "topic", props: {} };
    const topic = { ...declared, dependencies: [], propertyDependencies: {} };
    const elsewhere = { ...topic, name: "elsewhere", urn: "elsewhere" };
    const made = { ...topic, urn: "it", propertyDependencies: { name: [elsewhere, topic] } };
    const args = { resources: [topic, made], getConfig: () => ({}) } as unknown;
    void validateStack(args as Parameters<typeof validateStack>[0], () => undefined);
    assert.deepEqual(saw, [[], ["topic"]]);
  });

  it("knows the dependencies of a resource in a stack rule, but not in a resource rule", async () => {
    const saw: (readonly string[])[] = [];
    const topic: Given = { type: "aws:sns/topic:Topic", name: "topic", inputs: {} };
    const made: Given = { ...queue({}), dependsOn: ["topic"] };
    await said(
      all(({ resources }) => resources.forEach(({ dependencies }) => void saw.push(dependencies))),
      topic,
      made,
    );
    await said(
      one(({ dependencies }) => void saw.push(dependencies)),
      topic,
      made,
    );
    assert.deepEqual(saw, [[], ["urn:pulumi:test::test::aws:sns/topic:Topic::topic"], []]);
  });

  describe("finds that an output that is not known yet", () => {
    const saw: [given: boolean, isUnknown: boolean][] = [];
    const look = (input: string) =>
      all(({ resources }) => {
        for (const { inputs } of resources)
          saw.push([inputs.at(input).given, inputs.at(input).isUnknown]);
      });
    beforeEach(() => saw.splice(0));

    it("is absent if the program did not set it as an input", async () => {
      await saidAfter(look("policy"), { ...queue({ name: "q" }), computed: ["policy"] });
      assert.deepEqual(saw, [[false, false]]);
    });

    it("is unknown if the program set it, or if no inputs were recorded", async () => {
      await saidAfter(look("policy"), queue({ policy: unknown }));
      await said(look("policy"), { ...queue({}), computed: ["policy"] });
      assert.deepEqual(saw, [
        [true, true],
        [true, true],
      ]);
    });

    it("is unknown in a topic rule that is declared through Cloud Control, whose state the program set as one text", async () => {
      await saidAfter(look("sql"), {
        type: "aws:cloudcontrol/resource:Resource",
        inputs: { typeName: "AWS::IoT::TopicRule", desiredState: unknown },
      });
      assert.deepEqual(saw, [[true, true]]);
    });
  });

  it("reports undecided and advised findings as advisory lines", async () => {
    const lines = ["advisory it: Unverified: Who knows?", "advisory it: Advice: Name it well."];
    const single = one((_, report) => {
      report.undecided("Who knows?");
      report.undecided("Who knows?");
      report.advise("Name it well.");
    });
    assert.deepEqual(await said(single, queue({})), lines);
    const stack = all(({ resources }, report) =>
      resources.forEach((resource) => {
        report.undecided(resource, "Who knows?");
        report.advise(resource, "Name it well.");
      }),
    );
    assert.deepEqual(await said(stack, queue({})), lines);
  });

  it("runs with the parameters of the stack and defaults for the others; the ledger records both", () => {
    const parameters = {
      days: integer("Days.", { usually: 7, from: 1, to: 9 }),
      weeks: integer("Weeks.", { usually: 2, from: 1, to: 9 }),
    };
    const ran: Settings[] = [];
    const settings = new Map<string, Settings>();
    const rule = { ...all((_, __, given) => void ran.push(given)), parameters };
    const { validateStack } = asPolicy(rule, { ...noWaivers, settings }) as StackValidationPolicy;
    const args = { resources: [], getConfig: () => ({ days: 3 }) } as unknown;
    void validateStack(args as Parameters<typeof validateStack>[0], () => undefined);
    assert.deepEqual(ran, [{ days: 3, weeks: 2 }]);
    assert.deepEqual([...settings], [[rule.name, { days: 3, weeks: 2 }]]);
  });

  it("reports a violation if the rule throws, without stopping the operation", async () => {
    const fail = (): never => {
      throw new TypeError("x is not a function");
    };
    const sentence = "The rule itself failed: TypeError: x is not a function";
    assert.deepEqual(await said(one(fail), queue({})), [`it: ${sentence}`]);
    assert.deepEqual(await said(all(fail), queue({})), [`it: ${sentence}`]);
    assert.deepEqual(await said(all(fail)), [`: ${sentence}`]);
  });

  it("skips a resource of another type without a stack trace, which the SDK discards", () => {
    const { validateResource } = asPolicy(
      one(() => undefined, "a", "b"),
      noWaivers,
    ) as One;
    const { stackTraceLimit } = Error;
    const notApplicable = (reason?: string): never => {
      throw new Error(reason);
    };
    const args = { type: "c", notApplicable } as unknown as Parameters<typeof validateResource>[0];
    assert.throws(
      () => validateResource(args, () => undefined),
      ({ stack }: Error) => stack === "Error: It is about other types.",
    );
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
  });

  it("is marked with its single type, so that the SDK does not read the inputs of other types", () => {
    const mark = (...types: string[]) =>
      (
        asPolicy(
          one(() => undefined, ...types),
          noWaivers,
        ) as One
      ).validateResource.__pulumiType;
    assert.equal(mark("aws:sqs/queue:Queue"), "aws:sqs/queue:Queue");
    assert.equal(mark("aws:sqs/queue:Queue", "aws:sns/topic:Topic"), undefined);
  });
});
