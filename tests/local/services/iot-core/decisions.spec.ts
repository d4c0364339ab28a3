import * as assert from "node:assert/strict";
import { parseDocument, type PolicyDocument } from "../../../../iam";
import type { Account } from "../../../../local/aws/clients";
import { decide } from "../../../../local/services/iot-core/permissions";
import { createRegistry } from "../../../../local/services/iot-core/registry";
import { createBrokerWorld, withBrokerWorld, type BrokerWorld } from "./broker-world";
import { disconnected, nextMessage } from "./devices";

const arn = (resource: string): string => `arn:aws:iot:eu-central-1:123456789012:${resource}`;

/** A policy that allows everything, with the given condition on one action. */
function policyWith(action: string, Condition: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", NotAction: action, Resource: "*" },
      { Sid: "Conditional", Effect: "Allow", Action: action, Resource: "*", Condition },
    ],
  });
}

const undecidable = { IpAddres: { "aws:SourceIp": "127.0.0.1" } };
const fault =
  "Policy fleet, statement Conditional: the condition operator IpAddres is not one of IAM's; correct its name.";

const document = (action: string, Condition: object = undecidable): PolicyDocument =>
  parseDocument(policyWith(action, Condition), "fleet");

describe("registration of device policies", () => {
  it("refuses a policy that cannot be evaluated, with every reason", () => {
    const condition = { IpAddres: { "aws:SourceIp": "1.1.1.1" }, DateLessThan: { a: "soon" } };
    assert.throws(
      () => createRegistry().addPolicy({ name: "fleet", policy: policyWith("iot:*", condition) }),
      ({ message }: Error) =>
        message.startsWith(`Device policy 'fleet' cannot be evaluated: ${fault} Policy fleet,`) &&
        message.includes("DateLessThan cannot compare a with"),
    );
  });

  it("registers a policy again once it is corrected", () => {
    const registry = createRegistry();
    const name = "fleet";
    assert.throws(() => registry.addPolicy({ name, policy: policyWith("iot:*", undecidable) }));
    registry.addPolicy({
      name,
      policy: policyWith("iot:*", { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }),
    });
  });
});

describe("registration of a malformed device policy", () => {
  const rows: [what: string, changes: object, fault: string][] = [
    ["without resources", { Resource: undefined }, "Statement[0] has no Resource."],
    ["with an empty list of resources", { Resource: [] }, "Statement[0] has no Resource."],
    ["with an empty list of actions", { Action: [] }, "Statement[0] has no action."],
    [
      "with a principal",
      { Principal: "*" },
      "Statement[0] has a Principal, which a policy of an identity cannot have.",
    ],
  ];
  for (const [what, changes, fault] of rows)
    it(`refuses a statement ${what}`, () => {
      const statement = { Effect: "Allow", Action: "iot:*", Resource: "*", ...changes };
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      assert.throws(() => createRegistry().addPolicy({ name: "fleet", policy }), {
        message: `Device policy 'fleet' is malformed: ${fault}`,
      });
    });
});

describe("decisions by a policy without a version", () => {
  it("are refusals that say what variables need", () => {
    const statement = {
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: "arn:aws:iot:*:*:client/${iot:ClientId}",
    };
    const decided = (Version?: string) => {
      const policies = [parseDocument({ Version, Statement: statement }, "fleet")];
      const connection = { clientId: "d1", identity: { id: "c", policies } };
      const account = { region: "eu-central-1", accountId: "123456789012" } as Account;
      return decide(account, connection, { action: "iot:Connect", client: "d1" });
    };
    const [resource, asked] = ["arn:aws:iot:eu-central-1:123456789012:client/d1", "iot:Connect on"];
    for (const version of [undefined, "2008-10-17"])
      assert.deepEqual(decided(version), {
        allowed: false,
        reason: `${asked} ${resource}: no statement allows it; policy variables need "Version": "2012-10-17", which policy fleet lacks.`,
        resource,
      });
    assert.equal(decided("2012-10-17").allowed, true);
  });
});

describe("decisions by the time", () => {
  const noon = Date.parse("2030-01-31T12:00:00Z");
  const rows: [operator: string, key: string, value: string, before: boolean, after: boolean][] = [
    ["DateLessThan", "aws:CurrentTime", "2030-01-31T12:00:00Z", true, false],
    ["DateGreaterThanEquals", "aws:CurrentTime", "2030-01-31T13:00:00+01:00", false, true],
    ["DateLessThan", "aws:EpochTime", "2030-01-31T12:00:00Z", true, false],
    ["DateGreaterThanEquals", "aws:EpochTime", String(noon / 1_000), false, true],
    ["NumericLessThan", "aws:EpochTime", String(noon / 1_000), true, false],
    ["DateNotEquals", "aws:CurrentTime", "2030-01-31T12:00:00Z", true, false],
  ];
  for (const [operator, key, value, before, after] of rows)
    it(`hold before, or from a time on: ${operator} ${key} ${value}`, async () => {
      let now = noon - 1;
      await withBrokerWorld({ now: () => now }, async (world) => {
        const policies = [document("iot:Publish", { [operator]: { [key]: value } })];
        world.peer = { id: "f".repeat(64), thingName: "sensor-1", policies };
        const allowed = async (): Promise<boolean> => {
          const client = await world.device("sensor-1", { protocolVersion: 5 });
          return client.publishAsync("a", "x", { qos: 1 }).then(
            () => true,
            () => false,
          );
        };
        const decided = [await allowed()];
        now = noon;
        assert.deepEqual([...decided, await allowed()], [before, after]);
      });
    });
});

describe("decisions", () => {
  let world: BrokerWorld;
  beforeEach(async () => (world = await createBrokerWorld()));
  afterEach(() => world.end());

  const use = (policies: PolicyDocument[], rest: object = {}): void => {
    world.peer = { id: "f".repeat(64), thingName: "sensor-1", policies, ...rest };
  };
  const refused = (action: string, resource: string) => ({
    kind: "refused",
    clientId: "sensor-1",
    action,
    resource: arn(resource),
    reason: `${action} on ${arn(resource)} cannot be decided: ${fault}`,
  });

  it("traces a connection that cannot be decided", async () => {
    use([document("iot:Connect")]);
    await assert.rejects(world.device("sensor-1"), {
      message: "Connection refused: Not authorized",
    });
    assert.deepEqual(world.refused, [refused("iot:Connect", "client/sensor-1")]);
  });

  it("traces a permissions boundary that cannot be decided", async () => {
    use([document("iot:None")], { boundary: [document("iot:Connect")] });
    await assert.rejects(world.device("sensor-1"));
    assert.deepEqual(world.refused, [refused("iot:Connect", "client/sensor-1")]);
  });

  it("traces a will that cannot be decided", async () => {
    use([document("iot:Publish")]);
    const will = { topic: "wills", payload: Buffer.from("gone"), qos: 1 as const };
    await assert.rejects(world.device("sensor-1", { will }));
    assert.deepEqual(world.refused, [refused("iot:Publish", "topic/wills")]);
  });

  for (const [action, publication] of [
    ["iot:Publish", { qos: 1 }],
    ["iot:RetainPublish", { qos: 1, retain: true }],
  ] as const)
    it(`closes a connection whose ${action} cannot be decided`, async () => {
      use([document(action)]);
      const client = await world.device("sensor-1");
      const ended = disconnected(client);
      client.publish("a", "1", publication);
      await ended;
      assert.deepEqual(world.refused, [refused(action, "topic/a")]);
      assert.deepEqual(world.accepted, []);
    });

  it("closes a connection whose subscription cannot be decided", async () => {
    use([document("iot:Subscribe")]);
    const client = await world.device("sensor-1");
    const ended = disconnected(client);
    client.subscribe("a");
    await ended;
    assert.deepEqual(world.refused, [refused("iot:Subscribe", "topicfilter/a")]);
  });

  for (const qos of [0, 1] as const)
    it(`delivers to the other subscribers a message with QoS ${qos} whose receipt cannot be decided`, async () => {
      const before = await world.device("before");
      use([document("iot:Receive")]);
      const client = await world.device("sensor-1");
      use([document("iot:None")]);
      const after = await world.device("after");
      for (const one of [before, client, after]) await one.subscribeAsync("a", { qos });
      const got: string[] = [];
      client.on("message", (topic) => got.push(topic));
      const messages = [nextMessage(before), nextMessage(after)];
      await world.broker.deliver("a", Buffer.from("1"), qos);
      const message = { topic: "a", text: "1" };
      assert.deepEqual(await Promise.all(messages), [message, message]);
      assert.deepEqual(world.refused, [refused("iot:Receive", "topic/a")]);
      // The connection stays open; its next answer comes after everything that was sent before.
      await client.subscribeAsync("b");
      assert.deepEqual(got, []);
    });

  it("traces policies that cannot be read", async () => {
    const refresh = () => Promise.reject(new Error("The emulator does not answer."));
    use([document("iot:None")], { refresh });
    await assert.rejects(world.device("sensor-1"));
    assert.deepEqual(world.refused, [
      {
        ...refused("iot:Connect", "client/sensor-1"),
        resource: "client/sensor-1",
        reason: `iot:Connect on client/sensor-1 cannot be decided: the policies of ${"f".repeat(64)} cannot be read: The emulator does not answer.`,
      },
    ]);
  });

  for (const [range, receives] of [
    ["127.0.0.0/8", true],
    ["10.0.0.0/8", false],
  ] as const)
    it(`${receives ? "lets" : "does not let"} a client at 127.0.0.1 receive by a policy for ${range}`, async () => {
      use([document("iot:Receive", { IpAddress: { "aws:SourceIp": range } })]);
      const client = await world.device("sensor-1");
      const got: string[] = [];
      client.on("message", (topic) => got.push(topic));
      await client.subscribeAsync("a", { qos: 0 });
      await world.broker.deliver("a", Buffer.from("1"), 0);
      await client.subscribeAsync("b");
      assert.deepEqual(got, receives ? ["a"] : []);
      assert.deepEqual(
        world.refused.map(({ action, resource }) => [action, resource]),
        receives ? [] : [["iot:Receive", arn("topic/a")]],
      );
    });
});
