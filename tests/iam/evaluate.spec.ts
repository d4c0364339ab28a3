import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import {
  evaluate,
  parseDocument,
  type AccessRequest,
  type Context,
  type Decision,
} from "../../iam";

const queue = "arn:aws:sqs:eu-central-1:123456789012:work";
const Version = "2012-10-17";

const statement = (members: object = {}) => ({
  Effect: "Allow",
  Action: "sqs:SendMessage",
  Resource: queue,
  ...members,
});

/** The decision of documents, each a list of statements, on sending to the queue by default. */
const decide = (documents: object[][], request: Partial<AccessRequest> = {}): Decision =>
  evaluate({
    documents: documents.map((Statement) => parseDocument({ Version, Statement })),
    action: "sqs:SendMessage",
    resource: queue,
    ...request,
  });
const allows = (members: object, request: Partial<AccessRequest> = {}): boolean =>
  decide([[statement(members)]], request).allowed;

describe("evaluate", () => {
  it("denies what no statement allows, with the reason", () => {
    const reason = `sqs:SendMessage on ${queue}: no statement allows it.`;
    for (const documents of [[], [[]], [[statement({ Action: "sqs:ReceiveMessage" })]]])
      assert.deepEqual(decide(documents), { allowed: false, reason });
  });

  it("allows what a statement allows, and names the statement", () => {
    const { allowed, reason, statement: deciding } = decide([[statement({ Sid: "Send" })]]);
    assert.ok(allowed);
    assert.equal(reason, `sqs:SendMessage on ${queue}: statement Send allows it.`);
    assert.deepEqual(deciding?.resources, [queue]);
    assert.equal(
      decide([[statement()]]).reason,
      `sqs:SendMessage on ${queue}: a statement without a Sid allows it.`,
    );
  });

  it("denies what any statement denies, in any position, and names the statement", () => {
    const deny = statement({ Effect: "Deny", Sid: "Never", Action: "sqs:*" });
    const documents = [
      [[statement(), deny]],
      [[deny, statement()]],
      [[statement()], [deny]],
      [[deny], [statement()]],
    ];
    for (const given of documents) {
      const { allowed, reason } = decide(given);
      assert.ok(!allowed);
      assert.equal(reason, `sqs:SendMessage on ${queue}: statement Never denies it.`);
    }
  });

  it("ignores a denial of another action", () => {
    const elsewhere = [
      { Action: "sqs:DeleteMessage" },
      { Resource: `${queue}-2` },
      { Condition: { Bool: { "aws:SecureTransport": "false" } } },
    ];
    for (const members of elsewhere)
      assert.ok(decide([[statement(), statement({ Effect: "Deny", ...members })]]).allowed);
  });

  it("names the principal", () => {
    const principal = { kind: "Service", name: "iot.amazonaws.com" };
    assert.equal(
      decide([], { principal }).reason,
      `iot.amazonaws.com asks for sqs:SendMessage on ${queue}: no statement allows it.`,
    );
  });

  const actions: [object, boolean][] = [
    [{ Action: "sqs:sendmessage" }, true],
    [{ Action: "SQS:Send*" }, true],
    [{ Action: "sqs:SendMessag?" }, true],
    [{ Action: "*" }, true],
    [{ Action: ["sqs:ReceiveMessage", "sqs:SendMessage"] }, true],
    [{ Action: "sqs:SendMessageBatch" }, false],
    [{ Action: "sns:*" }, false],
    [{ Action: [] }, false],
    [{ Action: undefined, NotAction: "sqs:DeleteQueue" }, true],
    [{ Action: undefined, NotAction: ["sqs:DeleteQueue", "sqs:send*"] }, false],
    [{ Action: undefined, NotAction: "*" }, false],
  ];
  for (const [members, allowed] of actions)
    it(`${allowed ? "allows" : "does not allow"} the action by ${JSON.stringify(members)}`, () =>
      assert.equal(allows(members), allowed));

  it("does not allow every action for a statement that names none", () => {
    const documents = [
      {
        version: Version,
        statements: [{ effect: "Allow", resources: ["*"], conditions: {} }],
      } as const,
    ] as unknown as AccessRequest["documents"];
    assert.ok(!evaluate({ documents, action: "sqs:SendMessage", resource: queue }).allowed);
  });

  const resources: [object, boolean][] = [
    [{ Resource: "*" }, true],
    [{ Resource: "arn:aws:sqs:*:*:work" }, true],
    [{ Resource: [`${queue}-2`, queue] }, true],
    [{ Resource: queue.toUpperCase() }, false],
    [{ Resource: `${queue}?` }, false],
    [{ Resource: [] }, false],
    [{ Resource: undefined, NotResource: `${queue}-2` }, true],
    [{ Resource: undefined, NotResource: ["arn:aws:sns:*", "arn:aws:sqs:*"] }, false],
    // A trust policy names no resource.
    [{ Resource: undefined }, true],
  ];
  for (const [members, allowed] of resources)
    it(`${allowed ? "allows" : "does not allow"} the resource by ${JSON.stringify(members)}`, () =>
      assert.equal(allows(members), allowed));

  const iot = { kind: "Service", name: "iot.amazonaws.com" };
  const principals: [object, boolean][] = [
    [{ Principal: { Service: "iot.amazonaws.com" } }, true],
    [{ Principal: { Service: ["sns.amazonaws.com", "iot.amazonaws.com"] } }, true],
    [{ Principal: "*" }, true],
    [{ Principal: { AWS: "*" } }, true],
    [{ Principal: { Service: "sns.amazonaws.com" } }, false],
    [{ Principal: { Service: "*.amazonaws.com" } }, false],
    [{ Principal: { AWS: "iot.amazonaws.com" } }, false],
    [{ Principal: {} }, false],
    [{}, false],
    [{ NotPrincipal: { Service: "sns.amazonaws.com" } }, true],
    [{ NotPrincipal: { Service: "iot.amazonaws.com" } }, false],
    [{ NotPrincipal: "*" }, false],
  ];
  for (const [members, allowed] of principals)
    it(`${allowed ? "allows" : "does not allow"} a service by ${JSON.stringify(members)}`, () =>
      assert.equal(allows(members, { principal: iot }), allowed));

  it("rejects a statement with principals in an identity policy", () => {
    assert.ok(!allows({ Principal: "*" }));
    assert.ok(!allows({ NotPrincipal: { AWS: "arn:x" } }));
  });

  it("evaluates the conditions of a statement", () => {
    const Condition = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    assert.ok(allows({ Condition }, { context: { "aws:SourceAccount": "123456789012" } }));
    assert.ok(!allows({ Condition }, { context: { "aws:SourceAccount": "999999999999" } }));
    assert.ok(!allows({ Condition }));
  });

  it("replaces variables in resources and conditions of the newer language only", () => {
    const own = {
      Effect: "Allow",
      Action: "iot:Publish",
      Resource: "arn:aws:iot:eu-central-1:1:topic/${iot:ClientId}",
      Condition: { StringEquals: { "iot:ClientId": "${iot:ClientId}" } },
    };
    const ask = (version: string, topic: string) =>
      evaluate({
        documents: [parseDocument({ Version: version, Statement: own })],
        action: "iot:Publish",
        resource: `arn:aws:iot:eu-central-1:1:topic/${topic}`,
        context: { "iot:ClientId": "pump-7" },
      }).allowed;
    assert.ok(ask("2012-10-17", "pump-7"));
    assert.ok(!ask("2012-10-17", "pump-8"));
    assert.ok(!ask("2008-10-17", "pump-7"));
    assert.ok(!ask("2008-10-17", "${iot:ClientId}"));
  });

  it("does not let a device that is named like a pattern out of its own topics", () => {
    const Resource = "arn:aws:iot:eu-central-1:1:topic/${iot:ClientId}/telemetry";
    const ask = (clientId: string, topic: string) =>
      allows(
        { Action: "iot:Publish", Resource },
        {
          action: "iot:Publish",
          resource: `arn:aws:iot:eu-central-1:1:topic/${topic}/telemetry`,
          context: { "iot:ClientId": clientId },
        },
      );
    assert.ok(!ask("*", "pump-7"));
    assert.ok(!ask("pump-?", "pump-7"));
    assert.ok(ask("*", "*"));
  });

  it("throws rather than skip an operator that it does not know, for Allow and for Deny", () => {
    const Condition = { IpAddres: { "aws:SourceIp": "192.0.2.0/24" } };
    for (const Effect of ["Allow", "Deny"]) {
      assert.throws(() => decide([[statement(), statement({ Effect, Condition })]]), {
        name: "UnevaluableCondition",
        message:
          "The policy, statement Statement[1]: the condition operator IpAddres is not one of IAM's; correct its name.",
      });
      const elsewhere = statement({ Effect, Condition, Action: "sqs:DeleteMessage" });
      assert.ok(decide([[statement(), elsewhere]]).allowed);
    }
  });

  it("decides on the address that a request comes from", () => {
    const Condition = { IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } };
    const from = (address?: string) =>
      allows({ Condition }, { context: address === undefined ? {} : { "aws:SourceIp": address } });
    assert.deepEqual(["192.0.2.7", "2001:db8::7", "198.51.100.7", undefined].map(from), [
      true,
      true,
      false,
      false,
    ]);
  });

  describe("for principals of an account", () => {
    const role = "arn:aws:iam::123456789012:role/fleet/worker";
    const session = "arn:aws:sts::123456789012:assumed-role/worker/session-1";
    const root = "arn:aws:iam::123456789012:root";
    const id = "123456789012";
    const rows: [members: object, name: string, allowed: boolean][] = [
      ...[root, id, [root, "999999999999"]].flatMap((AWS) =>
        [role, session, root, id, "arn:aws:iam::123456789012:user/ada"].map(
          (name): [object, string, boolean] => [{ Principal: { AWS } }, name, true],
        ),
      ),
      [{ Principal: { AWS: root } }, "arn:aws:iam::999999999999:role/worker", false],
      [{ Principal: { AWS: id } }, "arn:aws:sts::999999999999:assumed-role/worker/s", false],
      [{ Principal: { AWS: id } }, "999999999999", false],
      [{ Principal: { AWS: "arn:aws:iam::12345678901:root" } }, role, false],
      [{ Principal: { AWS: role } }, role, true],
      [{ Principal: { AWS: role } }, session, true],
      [{ Principal: { AWS: role } }, "arn:aws:sts::123456789012:assumed-role/other/s", false],
      [{ Principal: { AWS: role } }, root, false],
      [{ Principal: { AWS: "arn:aws:iam::123456789012:role/*" } }, role, false],
      [{ NotPrincipal: { AWS: role } }, session, false],
      [{ NotPrincipal: { AWS: root } }, id, false],
      [{ NotPrincipal: { AWS: root } }, role, true],
      [{ NotPrincipal: { AWS: [role, root] } }, role, false],
    ];
    for (const [members, name, allowed] of rows)
      it(`${allowed ? "allows" : "does not allow"} ${name} by ${JSON.stringify(members)}`, () =>
        assert.equal(allows(members, { principal: { kind: "AWS", name } }), allowed));

    it("does not count a service among them", () => {
      const principal = { kind: "Service", name: "iot.amazonaws.com" };
      assert.ok(!allows({ Principal: { AWS: root } }, { principal }));
      assert.ok(
        !allows({ Principal: { Service: id } }, { principal: { kind: "AWS", name: role } }),
      );
    });
  });

  describe("with any documents", () => {
    const action = fc.constantFrom("sqs:SendMessage", "sqs:*", "sqs:Receive*", "*", "sns:Publish");
    const resource = fc.constantFrom(queue, "*", "arn:aws:sqs:*", `${queue}-2`, "arn:aws:sns:*");
    const listOrOne = (item: fc.Arbitrary<string>) =>
      fc.array(item, { minLength: 1, maxLength: 3 });
    const anyStatement = fc
      .record({
        Effect: fc.constantFrom("Allow", "Deny"),
        actions: listOrOne(action),
        resources: listOrOne(resource),
        negated: fc.tuple(fc.boolean(), fc.boolean()),
        secure: fc.option(fc.constantFrom("true", "false")),
      })
      .map(({ Effect, actions, resources, negated: [notAction, notResource], secure }) => ({
        Effect,
        [notAction ? "NotAction" : "Action"]: actions,
        [notResource ? "NotResource" : "Resource"]: resources,
        ...(secure !== null && { Condition: { Bool: { "aws:SecureTransport": [secure] } } }),
      }));
    const statements = fc.array(anyStatement, { maxLength: 5 });
    const request = fc.record({
      action: fc.constantFrom("sqs:SendMessage", "sqs:ReceiveMessage", "sns:Publish"),
      resource: fc.constantFrom(queue, `${queue}-2`, "arn:aws:sns:eu-central-1:1:t"),
      context: fc.constantFrom<Context[]>({}, { "aws:SecureTransport": "true" }),
    });

    it("treats a single value as a list of one", () => {
      const single = (value: unknown): unknown =>
        Array.isArray(value) && value.length === 1 ? value[0] : value;
      fc.assert(
        fc.property(statements, request, (given, asked) => {
          const unlisted = given.map((one) =>
            Object.fromEntries(Object.entries(one).map(([name, value]) => [name, single(value)])),
          );
          assert.deepEqual(decide([unlisted], asked), decide([given], asked));
        }),
      );
    });

    it("is independent of the order of statements and of their division into documents", () => {
      fc.assert(
        fc.property(statements, request, fc.nat(), (given, asked, cut) => {
          const { allowed } = decide([given], asked);
          const at = cut % (given.length + 1);
          assert.equal(decide([[...given].reverse()], asked).allowed, allowed);
          assert.equal(decide([given.slice(0, at), given.slice(at)], asked).allowed, allowed);
        }),
      );
    });

    it("never allows more for one more denial, nor less for one more permission", () => {
      fc.assert(
        fc.property(statements, anyStatement, request, (given, more, asked) => {
          const { allowed } = decide([given], asked);
          const denied = decide([[...given, { ...more, Effect: "Deny" }]], asked).allowed;
          const permitted = decide([[...given, { ...more, Effect: "Allow" }]], asked).allowed;
          assert.ok(!denied || allowed);
          assert.ok(permitted || !allowed);
        }),
      );
    });

    it("finds the same for the opposite of an opposite", () => {
      fc.assert(
        fc.property(listOrOne(action), listOrOne(resource), request, (Action, Resource, asked) => {
          const one = decide([[{ Effect: "Allow", Action, Resource: "*" }]], asked).allowed;
          const not = decide([[{ Effect: "Allow", NotAction: Action, Resource: "*" }]], asked);
          assert.equal(not.allowed, !one);
          const on = decide([[{ Effect: "Allow", Action: "*", Resource }]], asked).allowed;
          const off = decide([[{ Effect: "Allow", Action: "*", NotResource: Resource }]], asked);
          assert.equal(off.allowed, !on);
        }),
      );
    });
  });
});
