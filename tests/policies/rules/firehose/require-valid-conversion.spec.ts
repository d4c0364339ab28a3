import * as assert from "node:assert/strict";
import { requireValidConversion as rule } from "../../../../policies/rules/firehose/require-valid-conversion";
import { said, unknown } from "../../../support/policy";

const stream = (s3: Record<string, unknown>, conversion: object | undefined = {}) => ({
  type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  inputs: {
    name: "d",
    extendedS3Configuration: {
      ...s3,
      ...(conversion && { dataFormatConversionConfiguration: conversion }),
    },
  },
});

describe(rule.name, () => {
  it("accepts 64 MiB without compression, and any buffer of a stream that converts nothing", async () => {
    assert.deepEqual(
      await said(
        rule,
        stream({ bufferingSize: 64 }),
        stream({ bufferingSize: 128, compressionFormat: "UNCOMPRESSED" }),
        stream({ bufferingSize: 5, compressionFormat: "GZIP" }, { enabled: false }),
        {
          type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
          inputs: { extendedS3Configuration: { bufferingSize: 1, compressionFormat: "GZIP" } },
        },
      ),
      [],
    );
  });

  it("rejects a smaller buffer, also that of Firehose's default", async () => {
    assert.deepEqual(await said(rule, stream({ bufferingSize: 63 })), [
      "it: Converts records in a buffer of 63 MiB: set extendedS3Configuration.bufferingSize to 64 or more.",
    ]);
    assert.deepEqual(await said(rule, stream({}, { enabled: true })), [
      "it: Converts records in a buffer of 5 MiB: set extendedS3Configuration.bufferingSize to 64 or more.",
    ]);
  });

  it("rejects compression beside that of the format", async () => {
    const given = stream({ bufferingSize: 64, compressionFormat: "GZIP" });
    assert.deepEqual(await said(rule, given), [
      "it: Compresses converted objects by GZIP: omit extendedS3Configuration.compressionFormat.",
    ]);
  });

  for (const [input, others] of [
    ["bufferingSize", {}],
    ["compressionFormat", { bufferingSize: 64 }],
  ] as const)
    it(`does not decide about a ${input} that is not known yet`, async () => {
      assert.deepEqual(await said(rule, stream({ ...others, [input]: unknown })), [
        `advisory it: Unverified: 'extendedS3Configuration.${input}' of 'it' is not known before the update, and this rule depends on it.`,
      ]);
    });
});
