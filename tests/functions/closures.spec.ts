import { unzipSync } from "fflate";
import * as assert from "node:assert/strict";
import { evaluateProject, type CreatedResource, type RecordedResource } from "../../local/program";
import { alternatives } from "../support/alternatives";
import { answer } from "../support/deploy";
import { directory } from "../support/emulator";
import { gunzipSync } from "node:zlib";
import { startAws, type Aws } from "./aws";
import { startHost, type Host } from "./host";
import { load, zipOf, type LoadedFunction } from "./lambda";
import { samples } from "./samples";

/** Bytes of an archive; what a function loads when it starts cold comes from it. */
const budget = 250_000;

const databaseHost = "database.example.com";

/** The provider outputs that functions receive in their environment. */
const create =
  (queues: string) =>
  async ({ name, plain }: RecordedResource): Promise<CreatedResource> => {
    const physical = (plain.name ?? name) as string;
    const arn = `arn:created:${physical}`;
    // A database is a host that is not AWS's; the secret is one of its outputs.
    const database = { endpoint: databaseHost, influxAuthParametersSecretArn: arn };
    const state = {
      ...plain,
      name: physical,
      arn,
      ...database,
      ...("port" in plain && { port: 443 }),
      ...("protocolType" in plain && { apiEndpoint: "https://api.example.com" }),
    };
    return { id: physical, state: { ...state, url: `${queues}/${physical}`, keyId: physical } };
  };

describe("The archives that are deployed", () => {
  let aws: Aws;
  let functions: Map<string, RecordedResource>;
  let database: Host;

  before(async function () {
    this.timeout(60_000);
    aws = await startAws();
    database = await startHost(databaseHost);
    functions = new Map();
    // The stack in which every integration is on, and then what other configurations add.
    for (const changes of [{}, ...alternatives]) {
      const engine = { invoke: answer, create: create(aws.url) };
      const { resources } = await evaluateProject(directory, "local", engine, changes);
      for (const made of resources)
        // Of a function that several have, the last: the sender with acknowledgement.
        if (made.type === "aws:lambda/function:Function") functions.set(made.name, made);
    }
  });
  after(() => Promise.all([aws.stop(), database.stop()]));

  it("each have sample events", () =>
    assert.deepEqual(
      [...functions.keys()].filter((name) => !samples[name]?.length),
      [],
      "Add sample events of these functions to tests/functions/samples.",
    ));

  it(`are at most ${budget / 1000} KB, and hold neither AWS's SDK nor anything that only deploys`, async () => {
    for (const [name, made] of functions) {
      const zip = await zipOf(made);
      assert.ok(zip.length <= budget, `${name} has ${zip.length} bytes`);
      const files = Object.keys(unzipSync(zip));
      const packages = new Set(files.flatMap((file) => /node_modules\/(@?[^/]+)/.exec(file) ?? []));
      assert.ok(files.includes("__index.js"), name);
      for (const foreign of ["@aws-sdk", "@smithy", "@pulumi", "typescript", "ts-node"])
        assert.ok(!packages.has(foreign), `${name} holds ${foreign}`);
    }
  });

  for (const [name, cases] of Object.entries(samples))
    describe(name, () => {
      let loaded: LoadedFunction | undefined;
      let hosts: Host[] = [];
      before(async () => {
        const made = functions.get(name);
        assert.ok(made, `The program has no function ${name}; take its samples away.`);
        const names = new Set(cases.flatMap(({ host }) => host?.name ?? []));
        hosts = await Promise.all([...names].map(startHost));
        loaded = await load(made, aws, [database, ...hosts]);
      });
      beforeEach(() => {
        aws.reset();
        database.calls.length = 0;
      });

      for (const { title, event, answers = {}, refused = {}, host, ...expected } of cases)
        it(title, async () => {
          const { outcome, calls, posted = [] } = expected;
          const other = hosts.find(({ name }) => name === host?.name);
          other?.calls.splice(0);
          if (host) other?.answer(host.status, host.body);
          for (const [operation, answered] of Object.entries(answers))
            aws.answer(operation, () => answered);
          for (const [operation, code] of Object.entries(refused))
            aws.answer(operation, () => ({ refused: code }));
          assert.deepEqual(await loaded?.invoke(event), outcome);
          assert.deepEqual(
            aws.calls.map(({ operation }) => operation),
            calls.map(([operation]) => operation),
          );
          if (host)
            assert.deepEqual(
              other?.calls.map(({ path }) => path),
              [host.path],
            );
          calls.forEach(([, expected], index) => {
            const input = aws.calls[index]?.input ?? {};
            for (const [member, value] of Object.entries(expected))
              assert.deepEqual(
                input[member],
                member === "QueueUrl" ? String(value).replace("@", aws.url) : value,
              );
          });
          assert.deepEqual(
            database.calls.map(({ path }) => path),
            posted.map(({ path }) => path),
          );
          for (const [index, { text }] of posted.entries())
            assert.match(gunzipSync(database.calls[index]?.body ?? "").toString(), text);
        });

      after(async () => {
        const log = (await loaded?.end()) ?? "";
        await Promise.all(hosts.map((one) => one.stop()));
        const lines = log.split("\n").filter((line) => line !== "");
        const counted = lines.map((line) => JSON.parse(line) as object).filter((l) => "_aws" in l);
        const due = cases.reduce((sum, { counted: times = 1 }) => sum + times, 0);
        assert.equal(counted.length, due, "Each event is counted as its sample says.");
      });
    });
});
