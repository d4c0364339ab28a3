import * as assert from "node:assert/strict";
import { requireBuffer as rule } from "../../../../policies/rules/firehose/require-buffer";
import { configured, said, unknown } from "../../../support/policy";

const stream = (inputs: Record<string, unknown>) => ({
  type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  inputs: { name: "d", ...inputs },
});

describe(rule.name, () => {
  it("accepts Firehose's own buffer, the least, and what goes elsewhere at once", async () => {
    assert.deepEqual(
      await said(
        rule,
        stream({ extendedS3Configuration: {} }),
        stream({ extendedS3Configuration: { bufferingSize: 1, bufferingInterval: 60 } }),
        stream({ httpEndpointConfiguration: { bufferingSize: 1, bufferingInterval: 0 } }),
      ),
      [],
    );
  });

  it("rejects a short interval", async () => {
    const given = stream({ extendedS3Configuration: { bufferingInterval: 59 } });
    assert.deepEqual(await said(rule, given), [
      "it: Writes an object every 59 s: set extendedS3Configuration.bufferingInterval to 60 or more.",
    ]);
  });

  it("rejects a small one, on the way to Redshift too", async () => {
    const given = stream({ redshiftConfiguration: { s3Configuration: { bufferingSize: 0.5 } } });
    assert.deepEqual(await said(rule, given), [
      "it: Writes an object for every 0.5 MiB: set redshiftConfiguration.s3Configuration.bufferingSize to 1 or more.",
    ]);
  });

  it("asks for as much as the stack says, also of Firehose's own", async () => {
    const asked = configured(rule, { leastMebibytes: 64, leastSeconds: 301 });
    assert.deepEqual(await said(asked, stream({ icebergConfiguration: {} })), [
      "it: Writes an object for every 5 MiB: set icebergConfiguration.bufferingSize to 64 or more.",
      "it: Writes an object every 300 s: set icebergConfiguration.bufferingInterval to 301 or more.",
    ]);
  });

  for (const input of ["bufferingSize", "bufferingInterval"])
    it(`does not take Firehose's own for a ${input} that is not known yet`, async () => {
      const asked = configured(rule, { leastMebibytes: 64, leastSeconds: 301 });
      const buffer = { bufferingSize: 64, bufferingInterval: 301, [input]: unknown };
      assert.deepEqual(await said(asked, stream({ extendedS3Configuration: buffer })), [
        `advisory it: Unverified: 'extendedS3Configuration.${input}' of 'it' is not known before the update, and this rule depends on it.`,
      ]);
    });
});
