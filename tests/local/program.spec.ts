import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { evaluate, evaluateProject, type Engine, type RecordedResource } from "../../local/program";
import { directory } from "../support/emulator";

const place = { project: "fleet", stack: "test" };

/** An engine whose provider answers a resource's inputs and an ARN. */
const engine = (changes: Partial<Engine> = {}): Engine => ({
  create: async ({ name, plain }) => ({
    id: `${name}-id`,
    state: { ...plain, arn: `arn:${name}` },
  }),
  invoke: async () => ({}),
  ...changes,
});

/** The program registers in an order that the runtime chooses; what was created in which one is noted. */
function noting(created: string[]): Engine {
  return engine({
    create: async ({ name, plain }) => {
      created.push(name);
      return { id: `${name}-id`, state: { ...plain, arn: `arn:${name}` } };
    },
  });
}

const find = (resources: RecordedResource[], name: string): RecordedResource => {
  const found = resources.find((made) => made.name === name);
  assert.ok(found, `No ${name}`);
  return found;
};
const urn = (type: string, name: string) => `urn:pulumi:test::fleet::${type}::${name}`;

describe("evaluate", () => {
  it("records the resources of a program, with their parents, and returns its outputs", async () => {
    const { resources, outputs } = await evaluate(
      () => {
        class Part extends pulumi.ComponentResource {
          readonly queue: aws.sqs.Queue;
          constructor(name: string) {
            super("fleet:parts:Part", name);
            this.queue = new aws.sqs.Queue(`${name}-queue`, { name: "work" }, { parent: this });
            this.registerOutputs();
          }
        }
        return { arn: new Part("part").queue.arn, plain: 7 };
      },
      engine(),
      place,
    );
    assert.deepEqual(outputs, { arn: "arn:part-queue", plain: 7 });
    const part = find(resources, "part");
    const queue = find(resources, "part-queue");
    assert.deepEqual([part.custom, part.urn], [false, urn("fleet:parts:Part", "part")]);
    assert.deepEqual(
      [queue.custom, queue.type, queue.parent, queue.urn],
      [
        true,
        "aws:sqs/queue:Queue",
        part.urn,
        urn("fleet:parts:Part$aws:sqs/queue:Queue", "part-queue"),
      ],
    );
    assert.deepEqual(queue.plain, { name: "work" });
  });

  it("creates dependencies first, from inputs or dependsOn", async () => {
    const created: string[] = [];
    const { resources } = await evaluate(
      () => {
        const first = new aws.sqs.Queue("first", {});
        const second = new aws.sns.Topic("second", { displayName: first.arn });
        new aws.sqs.Queue("third", {}, { dependsOn: second });
      },
      noting(created),
      place,
    );
    assert.deepEqual(created, ["first", "second", "third"]);
    const second = find(resources, "second");
    assert.deepEqual(second.plain.displayName, "arn:first");
    assert.deepEqual(second.propertyDependencies, {
      displayName: [urn("aws:sqs/queue:Queue", "first")],
    });
    assert.deepEqual(find(resources, "third").dependencies, [urn("aws:sns/topic:Topic", "second")]);
  });

  it("leaves provider values unknown at preview, and creates nothing", async () => {
    const { resources } = await evaluate(
      () => {
        assert.ok(pulumi.runtime.isDryRun());
        const queue = new aws.sqs.Queue("queue", { name: "work" });
        new aws.sns.Topic("topic", { name: "known", displayName: queue.arn });
      },
      engine({ create: undefined }),
      place,
    );
    const { name, displayName } = find(resources, "topic").plain;
    assert.equal(name, "known");
    assert.ok("__pulumiUnknown" in (displayName as object));
  });

  it("passes invokes to the engine, and returns its results", async () => {
    const asked: unknown[] = [];
    const { outputs } = await evaluate(
      async () => ({ bucket: (await aws.s3.getBucket({ bucket: "b" })).arn }),
      engine({
        invoke: async (token, args) => {
          asked.push([token, args]);
          return { arn: "arn:aws:s3:::b" };
        },
      }),
      place,
    );
    assert.deepEqual(asked, [["aws:s3/getBucket:getBucket", { bucket: "b" }]]);
    assert.equal(outputs.bucket, "arn:aws:s3:::b");
  });

  it("sets project, stack and configuration of each program, without those of the one before", async () => {
    const program = () => ({
      names: `${pulumi.getProject()} ${pulumi.getStack()}`,
      days: new pulumi.Config().getNumber("days") ?? "none",
    });
    const config = { "fleet:days": "7" };
    const first = await evaluate(program, engine(), { ...place, config });
    const second = await evaluate(program, engine(), { ...place, stack: "other" });
    assert.deepEqual(first.outputs, { names: "fleet test", days: 7 });
    assert.deepEqual(second.outputs, { names: "fleet other", days: "none" });
  });

  it("has no outputs for a program that has none", async () =>
    assert.deepEqual((await evaluate(() => undefined, engine(), place)).outputs, {}));

  describe("fails with", () => {
    const create = async () => ({ id: "id", state: {} });
    const failures: [string, () => unknown, Partial<Engine>][] = [
      [
        "the program's own error",
        () => {
          throw new Error("broken");
        },
        {},
      ],
      ["the rejection of an asynchronous program", () => Promise.reject(new Error("broken")), {}],
      [
        "what a provider says",
        () => {
          const first = new aws.sqs.Queue("first", {});
          new aws.sns.Topic("second", { displayName: first.arn });
          return { arn: first.arn };
        },
        { create: () => Promise.reject(new Error("broken")) },
      ],
      [
        "what an invoke says",
        () => aws.getRegion().then(() => undefined),
        { create, invoke: () => Promise.reject(new Error("broken")) },
      ],
      [
        "something that is no error, in its words",
        () => aws.getRegion(),
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what it is about
        { create, invoke: () => Promise.reject("broken") },
      ],
    ];
    for (const [what, program, changes] of failures)
      it(what, () =>
        assert.rejects(evaluate(program, engine(changes), place), { message: "broken" }),
      );

    it("what is read and not created, which would be empty", async () => {
      for (const [what, read] of [
        ["'orders' (aws:sqs/queue:Queue)", () => void aws.sqs.Queue.get("orders", "https://queue")],
        [
          "'acme/shop/prod' (pulumi:pulumi:StackReference)",
          () => void new pulumi.StackReference("acme/shop/prod"),
        ],
      ] as const)
        await assert.rejects(evaluate(read, engine(), place), {
          message: `The program reads ${what}, which it does not create: the local run begins with an empty account and has no other stacks.`,
        });
    });

    it("transforms, which nothing would apply", async () => {
      await assert.rejects(
        evaluate(
          () => {
            void pulumi.runtime.registerResourceTransform(() => undefined);
            new aws.sqs.Queue("orders", {});
          },
          engine(),
          place,
        ),
        {
          message:
            "The program registers a transform of its resources, which the local run does not apply: use a transformation.",
        },
      );
      await assert.rejects(
        evaluate(
          () => void new aws.sqs.Queue("orders", {}, { transforms: [() => undefined] }),
          engine(),
          place,
        ),
        {
          message:
            "'orders' has the option transforms, which the local run does not apply: use transformations.",
        },
      );
    });

    it("the first of several failures, and creates nothing more", async () => {
      const created: string[] = [];
      const failing = engine({
        create: async ({ name }) => {
          created.push(name);
          throw new Error(`${name} is broken`);
        },
      });
      await assert.rejects(
        evaluate(
          () => {
            const first = new aws.sqs.Queue("first", {});
            new aws.sqs.Queue("second", {}, { dependsOn: first });
          },
          failing,
          place,
        ),
        { message: "first is broken" },
      );
      assert.deepEqual(created, ["first"]);
    });
  });
});

describe("evaluateProject", () => {
  let project: string;
  before(() => {
    // Below this project, so that the program finds Pulumi.
    fs.mkdirSync(path.join(directory, ".local"), { recursive: true });
    project = fs.mkdtempSync(path.join(directory, ".local", "program-"));
    fs.mkdirSync(path.join(project, "components"));
    const write = (file: string, text: string) => fs.writeFileSync(path.join(project, file), text);
    write("Pulumi.yaml", "name: fleet\nconfig: { size: { type: integer, default: 1 } }\n");
    write("Pulumi.dev.yaml", "config: { 'fleet:size': 2 }\n");
    write("Pulumi.big.yaml", "config: { 'fleet:size': 9 }\n");
    write(
      "components/index.ts",
      'import * as pulumi from "@pulumi/pulumi"; export const size = new pulumi.Config().requireNumber("size");',
    );
    write("index.ts", 'import { size } from "./components"; export const doubled = 2 * size;');
  });
  after(() => fs.rmSync(project, { recursive: true }));

  it("runs the project's index.ts with each stack's configuration, loaded anew each time", async () => {
    for (const [stack, doubled] of [
      ["dev", 4],
      ["big", 18],
      ["dev", 4],
    ] as const) {
      const { project: name, outputs } = await evaluateProject(project, stack, engine());
      assert.equal(name, "fleet");
      assert.deepEqual({ ...outputs }, { doubled });
    }
  });

  it("fails for a stack that has no file", () =>
    assert.rejects(
      evaluateProject(project, "none", engine()),
      /Pulumi\.none\.yaml cannot be read/,
    ));
});
