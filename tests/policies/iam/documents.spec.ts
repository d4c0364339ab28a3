import * as assert from "node:assert/strict";
import { called, documentsIn, grantsIn, typesWithDocuments } from "../../../policies/iam/documents";
import { unknown, type Given } from "../../support/policy";
import { arn, document, send } from "../given";
import { stackIn } from "../stack/stack-in";

const rows: [type: string, input: string, kind: string][] = [
  ["aws:apigateway/restApi:RestApi", "policy", "resource"],
  ["aws:apigateway/restApiPolicy:RestApiPolicy", "policy", "resource"],
  ["aws:cloudwatch/eventBusPolicy:EventBusPolicy", "policy", "resource"],
  ["aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "policyDocument", "resource"],
  ["aws:dynamodb/resourcePolicy:ResourcePolicy", "policy", "resource"],
  ["aws:ecr/repositoryPolicy:RepositoryPolicy", "policy", "resource"],
  ["aws:iam/groupPolicy:GroupPolicy", "policy", "identity"],
  ["aws:iam/policy:Policy", "policy", "identity"],
  ["aws:iam/role:Role", "assumeRolePolicy", "trust"],
  ["aws:iam/rolePolicy:RolePolicy", "policy", "identity"],
  ["aws:iam/userPolicy:UserPolicy", "policy", "identity"],
  ["aws:iot/policy:Policy", "policy", "device"],
  ["aws:kinesis/resourcePolicy:ResourcePolicy", "policy", "resource"],
  ["aws:kms/key:Key", "policy", "resource"],
  ["aws:kms/keyPolicy:KeyPolicy", "policy", "resource"],
  ["aws:s3/bucket:Bucket", "policy", "resource"],
  ["aws:s3/bucketPolicy:BucketPolicy", "policy", "resource"],
  ["aws:secretsmanager/secret:Secret", "policy", "resource"],
  ["aws:secretsmanager/secretPolicy:SecretPolicy", "policy", "resource"],
  ["aws:sns/topic:Topic", "policy", "resource"],
  ["aws:sns/topicPolicy:TopicPolicy", "policy", "resource"],
  ["aws:sqs/queue:Queue", "policy", "resource"],
  ["aws:sqs/queuePolicy:QueuePolicy", "policy", "resource"],
];

async function found(given: Given, ...kinds: Parameters<typeof documentsIn>[1][]) {
  const [resource] = (await stackIn(given)).resources;
  assert.ok(resource);
  return documentsIn(resource, ...kinds).map(({ kind, place, statements, fault }) =>
    [kind, place.path, statements.length, ...(fault === undefined ? [] : [fault])].join(" "),
  );
}

describe("The documents in a resource", () => {
  for (const [type, input, kind] of rows)
    it(`of ${type} are in ${input}`, async () => {
      const inputs = { [input]: document(send(), send()), other: document(send()) };
      assert.deepEqual(await found({ type, inputs }), [`${kind} ${input} 2`]);
      assert.deepEqual(await found({ type, inputs: {} }), []);
    });

  it("of a role are also in its list of inline policies", async () => {
    const inputs = {
      assumeRolePolicy: document(send()),
      inlinePolicies: [{ policy: document(send(), send()) }, { name: "empty" }],
    };
    const role = { type: "aws:iam/role:Role", inputs };
    const [trust, identity] = ["trust assumeRolePolicy 1", "identity inlinePolicies[0].policy 2"];
    assert.deepEqual(await found(role), [trust, identity]);
    assert.deepEqual(await found(role, "identity"), [identity]);
    assert.deepEqual(await found(role, "trust", "device"), [trust]);
    assert.deepEqual(await found(role, "resource"), []);
  });

  it("have no statements while they are not known, and a fault if they cannot be read", async () => {
    const queue = (policy: unknown) => ({ type: "aws:sqs/queue:Queue", inputs: { policy } });
    assert.deepEqual(await found(queue(unknown)), ["resource policy 0"]);
    assert.deepEqual(await found(queue("{")), ["resource policy 0 The document is not JSON."]);
  });

  it("are unknown as a whole or in part, and not if they cannot be read", async () => {
    const isUnknown = async (policy: unknown) => {
      const [queue] = (await stackIn({ type: "aws:sqs/queue:Queue", inputs: { policy } }))
        .resources;
      assert.ok(queue);
      return documentsIn(queue).map((one) => one.isUnknown);
    };
    const inPart = { Version: "2012-10-17", Statement: [send({ Resource: unknown })] };
    for (const policy of [unknown, inPart]) assert.deepEqual(await isUnknown(policy), [true]);
    for (const policy of [document(send()), "{"])
      assert.deepEqual(await isUnknown(policy), [false]);
  });

  it("are none in types without documents", async () => {
    const policy = document(send());
    for (const type of ["aws:lambda/function:Function", "toString"])
      assert.deepEqual(await found({ type, inputs: { policy } }), [], type);
  });
});

describe("The types that contain documents", () => {
  it("are all such types, or those of one kind", () => {
    assert.deepEqual(
      typesWithDocuments(),
      rows.map(([type]) => type),
    );
    assert.deepEqual(typesWithDocuments("device"), ["aws:iot/policy:Policy"]);
    assert.deepEqual(typesWithDocuments("trust"), ["aws:iam/role:Role"]);
    assert.deepEqual(
      typesWithDocuments("identity", "device"),
      [
        "groupPolicy:GroupPolicy",
        "policy:Policy",
        "role:Role",
        "rolePolicy:RolePolicy",
        "userPolicy:UserPolicy",
      ]
        .map((type) => `aws:iam/${type}`)
        .concat("aws:iot/policy:Policy"),
    );
  });
});

describe("A statement in a message", () => {
  it("is named by its Sid or its number", () => {
    const statement = { effect: "Allow", conditions: {} } as const;
    assert.equal(called({ ...statement, sid: "Send" }, 0), "Statement Send");
    assert.equal(called({ ...statement, sid: "" }, 0), "Statement 1");
    assert.equal(called(statement, 1), "Statement 2");
  });
});

describe("The Allow statements", () => {
  async function granted(...kinds: Parameters<typeof grantsIn>[1][]) {
    const role = {
      type: "aws:iam/role:Role",
      inputs: {
        assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" }),
        inlinePolicies: [
          { policy: document(send({ Effect: "Deny" }), send({ Sid: undefined })) },
          {
            policy: document(
              send({ Sid: "Odd", Action: undefined, NotAction: "sqs:X", Resource: undefined }),
            ),
          },
        ],
      },
    };
    const [resource] = (await stackIn(role)).resources;
    assert.ok(resource);
    return grantsIn(resource, ...kinds).map(({ by, statement: { actions, resources } }) => [
      by,
      actions,
      resources,
    ]);
  }

  it("are named by number or Sid and the place of their document; Deny statements count in the numbering", async () => {
    assert.deepEqual(await granted("identity"), [
      ["Statement 2 in inlinePolicies[0].policy", ["sqs:SendMessage"], [arn.queue("orders")]],
      ["Statement Odd in inlinePolicies[1].policy", [], []],
    ]);
  });

  it("are those of every document, if no kind is given", async () => {
    assert.deepEqual(
      (await granted()).map(([by]) => by),
      [
        "Statement 1 in assumeRolePolicy",
        "Statement 2 in inlinePolicies[0].policy",
        "Statement Odd in inlinePolicies[1].policy",
      ],
    );
  });
});
