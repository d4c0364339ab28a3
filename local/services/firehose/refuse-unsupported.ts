import type { DeliveryStreamInputs, ProcessingInputs } from "./delivery-inputs";
import { checkPrefixes } from "./prefix";

const bucket = [
  "bucketArn",
  "roleArn",
  "prefix",
  "errorOutputPrefix",
  "compressionFormat",
  "bufferingSize",
  "bufferingInterval",
  "cloudwatchLoggingOptions",
  "kmsKeyArn",
];

/** The settings that are honoured here or have no effect on one machine, by configuration. */
const known: Record<string, readonly string[]> = {
  bucket,
  stream: [
    "name",
    "destination",
    "extendedS3Configuration",
    "httpEndpointConfiguration",
    "splunkConfiguration",
    "serverSideEncryption",
    "tags",
    "region",
  ],
  extendedS3Configuration: [
    ...bucket,
    "customTimeZone",
    "fileExtension",
    "processingConfiguration",
    "dataFormatConversionConfiguration",
    "dynamicPartitioningConfiguration",
    "s3BackupMode",
    "s3BackupConfiguration",
  ],
  httpEndpointConfiguration: [
    "url",
    "name",
    "accessKey",
    "secretsManagerConfiguration",
    "bufferingSize",
    "bufferingInterval",
    "retryDuration",
    "roleArn",
    "s3BackupMode",
    "s3Configuration",
    "processingConfiguration",
    "requestConfiguration",
    "cloudwatchLoggingOptions",
  ],
  splunkConfiguration: [
    "hecEndpoint",
    "hecEndpointType",
    "hecToken",
    "secretsManagerConfiguration",
    "hecAcknowledgmentTimeout",
    "retryDuration",
    "bufferingSize",
    "bufferingInterval",
    "s3BackupMode",
    "s3Configuration",
    "processingConfiguration",
    "cloudwatchLoggingOptions",
  ],
};

const configurations: Record<string, keyof DeliveryStreamInputs> = {
  extended_s3: "extendedS3Configuration",
  http_endpoint: "httpEndpointConfiguration",
  splunk: "splunkConfiguration",
};

/** Throws one sentence for the first setting that is not honoured here. */
export function refuseUnsupported(inputs: DeliveryStreamInputs): void {
  const where = `The delivery stream ${inputs.name}`;
  const refuse = (what: string): never => {
    throw new Error(`${where} ${what}`);
  };
  const group = configurations[inputs.destination];
  if (!group)
    refuse(
      `delivers to ${inputs.destination}; the local run knows extended_s3, http_endpoint and splunk.`,
    );
  const configuration = inputs[group as "extendedS3Configuration"];
  if (!configuration) return refuse(`has no ${group}; give it one.`);
  const others = [
    configuration.s3BackupConfiguration,
    inputs.httpEndpointConfiguration?.s3Configuration,
    inputs.splunkConfiguration?.s3Configuration,
  ];
  for (const [name, value] of [
    ...named("stream", inputs),
    ...named(group as string, configuration),
    ...others.flatMap((other) => named("bucket", other ?? {})),
  ])
    if (value !== undefined) refuse(`sets '${name}', which the local run lacks; leave it out.`);
  checkProcessing(configuration.processingConfiguration, refuse);
  const buckets = [configuration, ...others];
  for (const bucket of buckets) {
    if (!["UNCOMPRESSED", "GZIP"].includes(bucket?.compressionFormat ?? "UNCOMPRESSED"))
      refuse(`compresses by ${bucket?.compressionFormat}; the local run knows GZIP.`);
    if (bucket) checkPrefixes(bucket, refuse);
  }
  checkConversion(configuration, refuse);
}

type Refuse = (what: string) => never;

const named = (group: string, values: object): [string, unknown][] =>
  Object.entries(values).filter(([name]) => !known[group]?.includes(name));

function checkProcessing(processing: ProcessingInputs | undefined, refuse: Refuse): void {
  if (!processing?.enabled) return;
  const types = ["Lambda", "AppendDelimiterToRecord"];
  const other = processing.processors?.find(({ type }) => !types.includes(type));
  if (other) refuse(`processes by ${other.type}; the local run knows ${types.join(" and ")}.`);
}

function checkConversion(
  configuration: NonNullable<DeliveryStreamInputs["extendedS3Configuration"]>,
  refuse: Refuse,
): void {
  const conversion = configuration.dataFormatConversionConfiguration;
  if (!conversion || conversion.enabled === false) return;
  const { parquetSerDe } = conversion.outputFormatConfiguration.serializer;
  if (!conversion.inputFormatConfiguration.deserializer.openXJsonSerDe)
    refuse("reads JSON by another deserializer; the local run knows openXJsonSerDe.");
  if (!parquetSerDe) refuse("writes another format; the local run knows parquetSerDe.");
  if (!["SNAPPY", "UNCOMPRESSED"].includes(parquetSerDe?.compression ?? "SNAPPY"))
    refuse(`compresses columns by ${parquetSerDe?.compression}; the local run knows SNAPPY.`);
  // AWS has these two conditions itself.
  if ((configuration.compressionFormat ?? "UNCOMPRESSED") !== "UNCOMPRESSED")
    refuse("compresses objects that are Parquet; leave compressionFormat out.");
  if ((configuration.bufferingSize ?? 5) < 64)
    refuse("converts records in a buffer of less than 64 MB; give it a larger bufferingSize.");
}
