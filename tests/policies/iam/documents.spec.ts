import * as assert from "node:assert/strict";
import { called, documentsIn, typesWithDocuments } from "../../../policies/iam/documents";
import { unknown, type Given } from "../../support/policy";
import { document, send } from "../given";
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
    it(`of ${type} stand in ${input}`, async () => {
      const inputs = { [input]: document(send(), send()), other: document(send()) };
      assert.deepEqual(await found({ type, inputs }), [`${kind} ${input} 2`]);
      assert.deepEqual(await found({ type, inputs: {} }), []);
    });

  it("of a role stand in its list too", async () => {
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

  it("are none in types that hold none", async () => {
    const policy = document(send());
    assert.deepEqual(await found({ type: "toString", inputs: { policy } }), []);
  });
});

describe("The types that hold documents", () => {
  it("are all of them, or those of a kind", () => {
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

describe("A statement in a sentence", () => {
  it("is called by its Sid, or by its number", () => {
    const statement = { effect: "Allow", conditions: {} } as const;
    assert.equal(called({ ...statement, sid: "Send" }, 0), "Statement Send");
    assert.equal(called({ ...statement, sid: "" }, 0), "Statement 1");
    assert.equal(called(statement, 1), "Statement 2");
  });
});
