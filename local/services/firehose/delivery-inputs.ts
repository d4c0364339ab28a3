/** A bucket that a stream writes to. */
export interface BucketInputs {
  bucketArn: string;
  roleArn: string;
  prefix?: string;
  errorOutputPrefix?: string;
  /** @default UNCOMPRESSED */
  compressionFormat?: string;
  /** MB. @default 5 */
  bufferingSize?: number;
  /** Seconds. @default 300 */
  bufferingInterval?: number;
  cloudwatchLoggingOptions?: LoggingInputs;
}

export interface LoggingInputs {
  enabled?: boolean;
  logGroupName?: string;
  logStreamName?: string;
}

export interface ProcessingInputs {
  enabled?: boolean;
  processors?: {
    type: string;
    parameters?: { parameterName: string; parameterValue: string }[];
  }[];
}

export interface ConversionInputs {
  enabled?: boolean;
  inputFormatConfiguration: {
    deserializer: {
      openXJsonSerDe?: {
        caseInsensitive?: boolean;
        columnToJsonKeyMappings?: Record<string, string>;
        convertDotsInJsonKeysToUnderscores?: boolean;
      };
    };
  };
  outputFormatConfiguration: { serializer: { parquetSerDe?: { compression?: string } } };
  schemaConfiguration: {
    databaseName: string;
    tableName: string;
    roleArn: string;
    catalogId?: string;
    region?: string;
    versionId?: string;
  };
}

interface SecretInputs {
  enabled?: boolean;
  roleArn?: string;
  secretArn?: string;
}

export interface ExtendedS3Inputs extends BucketInputs {
  customTimeZone?: string;
  fileExtension?: string;
  processingConfiguration?: ProcessingInputs;
  dataFormatConversionConfiguration?: ConversionInputs;
  dynamicPartitioningConfiguration?: { enabled?: boolean; retryDuration?: number };
  /** @default Disabled */
  s3BackupMode?: string;
  s3BackupConfiguration?: BucketInputs;
}

export interface HttpEndpointInputs {
  url: string;
  name?: string;
  accessKey?: string;
  secretsManagerConfiguration?: SecretInputs;
  bufferingSize?: number;
  bufferingInterval?: number;
  /** Seconds. @default 300 */
  retryDuration?: number;
  roleArn?: string;
  /** @default FailedDataOnly */
  s3BackupMode?: string;
  s3Configuration: BucketInputs;
  processingConfiguration?: ProcessingInputs;
  requestConfiguration?: {
    contentEncoding?: string;
    commonAttributes?: { name: string; value: string }[];
  };
  cloudwatchLoggingOptions?: LoggingInputs;
}

export interface SplunkInputs {
  hecEndpoint: string;
  /** @default Raw */
  hecEndpointType?: string;
  hecToken?: string;
  secretsManagerConfiguration?: SecretInputs;
  /** Seconds. @default 180 */
  hecAcknowledgmentTimeout?: number;
  /** Seconds. @default 3600 */
  retryDuration?: number;
  bufferingSize?: number;
  bufferingInterval?: number;
  /** @default FailedEventsOnly */
  s3BackupMode?: string;
  s3Configuration: BucketInputs;
  processingConfiguration?: ProcessingInputs;
  cloudwatchLoggingOptions?: LoggingInputs;
}

/** The inputs of `aws.kinesis.FirehoseDeliveryStream` that are used here; defaults are the provider's. */
export interface DeliveryStreamInputs {
  name: string;
  destination: string;
  extendedS3Configuration?: ExtendedS3Inputs;
  httpEndpointConfiguration?: HttpEndpointInputs;
  splunkConfiguration?: SplunkInputs;
}
