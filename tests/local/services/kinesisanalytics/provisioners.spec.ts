import * as assert from "node:assert/strict";
import type { Clients } from "../../../../local/aws/clients";
import type { RecordedResource } from "../../../../local/program";
import { provisioners } from "../../../../local/services/kinesisanalytics";

const type = "aws:kinesisanalyticsv2/application:Application";

const create = async (plain: Record<string, unknown>) => {
  const sentences: string[] = [];
  const account = { region: "eu-central-1", accountId: "123456789012" };
  const made = await provisioners[type]?.({ type, name: "flink", plain } as RecordedResource, {
    clients: { account } as Clients,
    directory: "",
    services: {},
    notHonoured: (sentence) => sentences.push(sentence),
  });
  return { made, sentences };
};

describe("An application of Apache Flink in the local run", () => {
  it("is recorded with its ARN, and the run says that it averages nothing", async () => {
    const { made, sentences } = await create({ name: "averages" });
    const arn = "arn:aws:kinesisanalytics:eu-central-1:123456789012:application/averages";
    assert.deepEqual(made, { id: arn, state: { name: "averages", arn } });
    assert.deepEqual(sentences, [
      "Applications of Apache Flink do not run here: the engine flink averages nothing, and its readings stay in their stream.",
    ]);
  });

  it("needs a name, since the local run generates none", async () => {
    await assert.rejects(create({}), /has no name/);
  });
});
