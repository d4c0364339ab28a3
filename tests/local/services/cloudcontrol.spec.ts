import * as assert from "node:assert/strict";
import type { RecordedResource } from "../../../local/program";
import { provisioners } from "../../../local/services/cloudcontrol";
import type { Context } from "../../../local/services/provisioner";
import { recorded } from "../../support/policy";

const type = "aws:cloudcontrol/resource:Resource";

describe("A resource through Cloud Control, in the local run", () => {
  for (const [typeName, advice] of [
    [
      "AWS::IoT::TopicRule",
      "set iot-to-timestream:writer to lambda in Pulumi.local.yaml, or use aws.iot.TopicRule",
    ],
    [
      "AWS::QuickSight::Dashboard",
      "leave out iot-to-quicksight:principal in Pulumi.local.yaml, which then deploys the data lake alone",
    ],
    ["AWS::S3::Bucket", "use a resource of the provider aws"],
  ])
    it(`is refused with one sentence: ${typeName}`, async () => {
      const [resource] = recorded([{ type, inputs: { typeName, desiredState: "{}" } }]);
      const refuse = provisioners[type];
      assert.ok(refuse);
      await assert.rejects(refuse(resource as RecordedResource, {} as Context), {
        message: `The local run creates no ${typeName} through Cloud Control; ${advice}.`,
      });
    });
});
