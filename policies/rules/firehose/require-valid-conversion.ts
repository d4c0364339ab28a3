import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

const least = 64;

export const requireValidConversion: ResourceRule = {
  name: "firehose-stream-require-valid-conversion",
  displayName: "Delivery streams that convert records have a valid buffer and format",
  description:
    "Every delivery stream that converts records to Parquet or ORC buffers at least 64 MiB and leaves compression to the format.",
  area: "validation",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Firehose rejects the delivery stream, so the update fails and loses nothing.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set extendedS3Configuration.bufferingSize to 64 or more, and omit extendedS3Configuration.compressionFormat or set it to UNCOMPRESSED.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html",
  types: ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  check({ inputs }, report) {
    const s3 = inputs.at("extendedS3Configuration");
    const conversion = s3.at("dataFormatConversionConfiguration");
    if (!conversion.given || conversion.at("enabled").flag() === false) return;
    const [size, format] = [s3.at("bufferingSize"), s3.at("compressionFormat")];
    // The default of Firehose is 5 MiB.
    const mebibytes = size.number() ?? 5;
    if (size.isKnown() && mebibytes < least)
      report(
        `Converts records in a buffer of ${mebibytes} MiB: set extendedS3Configuration.bufferingSize to ${least} or more.`,
      );
    if (format.isKnown() && (format.text() ?? "UNCOMPRESSED") !== "UNCOMPRESSED")
      report(
        `Compresses converted objects by ${format.text()}: omit extendedS3Configuration.compressionFormat.`,
      );
  },
};
