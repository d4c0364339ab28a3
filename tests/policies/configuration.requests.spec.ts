import * as assert from "node:assert/strict";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { ConfigureAnalyzerRequest, PolicyConfig } from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { refuseUnknown } from "../../policies/configuration";
import { requireEncryption } from "../../policies/rules/sqs/require-encryption";
import { requireTags } from "../../policies/rules/aws/require-tags";

const { configure } = AnalyzerService;

/** What the SDK reads of a request, after it has come over the wire. */
function received(set: Record<string, Record<string, JavaScriptValue> | undefined>) {
  const request = new ConfigureAnalyzerRequest();
  for (const [rule, settings] of Object.entries(set)) {
    const config = new PolicyConfig();
    if (settings) config.setProperties(Struct.fromJavaScript(settings));
    request.getPolicyconfigMap().set(rule, config);
  }
  return configure.requestDeserialize(Buffer.from(request.serializeBinary()));
}

describe("A configuration that the engine sends", () => {
  const { requestDeserialize } = configure;
  before(() => refuseUnknown([requireEncryption, requireTags]));
  after(() => {
    configure.requestDeserialize = requestDeserialize;
  });

  it("arrives unchanged if all rules and parameters exist", () => {
    const map = received({
      [requireTags.name]: { keys: ["stage"] },
      [requireEncryption.name]: undefined,
    }).getPolicyconfigMap();
    assert.equal(map.getLength(), 2);
    assert.deepEqual(map.get(requireTags.name)?.getProperties()?.toJavaScript(), {
      keys: ["stage"],
    });
  });

  it("is rejected with the sentence about an unknown rule, even without settings", () => {
    const request = received({
      [requireTags.name]: { keys: [] },
      "sqs-queue-require-fun": undefined,
    });
    assert.throws(() => request.getPolicyconfigMap(), {
      message: "There is no rule sqs-queue-require-fun: docs/policies.md lists the rules by name.",
    });
  });

  it("is rejected with the sentence about an unknown parameter", () => {
    const request = received({ [requireTags.name]: { key: "stage" } });
    assert.throws(() => request.getPolicyconfigMap(), {
      message: "Rule aws-resource-require-tags has no parameter key: it has keys.",
    });
  });
});
