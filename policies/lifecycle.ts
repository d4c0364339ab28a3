/** The dates on which AWS deprecates Lambda runtimes. @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
export const runtimes: Readonly<Record<string, string>> = {
  "nodejs26.x": "preview",
  "nodejs24.x": "2028-04-30",
  "nodejs22.x": "2027-04-30",
  "nodejs20.x": "2026-04-30",
  "nodejs18.x": "2025-09-01",
  "nodejs16.x": "2024-06-12",
  "nodejs14.x": "2023-12-04",
  "nodejs12.x": "2023-03-31",
  "python3.9": "2025-12-15",
  "python3.8": "2024-10-14",
  "python3.7": "2023-12-04",
  java8: "2024-01-08",
  dotnet6: "2024-12-20",
  "dotnetcore2.1": "2022-01-05",
  "dotnetcore2.0": "2019-05-30",
  "dotnetcore1.0": "2019-07-30",
  "python2.7": "2021-07-15",
  "nodejs8.10": "2020-03-06",
  "nodejs6.10": "2019-08-12",
  "go1.x": "2024-01-08",
  provided: "2024-01-08",
  "ruby2.7": "2023-12-07",
};

/** Services that AWS has discontinued or closed to new customers, and their replacements. */
export interface Ended {
  what: string;
  since: string;
  instead: string;
}

/** By resource type. */
export const endedTypes: Readonly<Record<string, Ended>> = {
  "aws:kinesis/analyticsApplication:AnalyticsApplication": {
    what: "Kinesis Data Analytics for SQL",
    since: "2026-01-27",
    instead: "Managed Service for Apache Flink, or a function with a tumbling window",
  },
  "aws:timestreamwrite/database:Database": {
    what: "Timestream for LiveAnalytics",
    since: "2025-06-20",
    instead: "Timestream for InfluxDB; accounts with existing access can keep it under a waiver",
  },
  "aws:timestreamwrite/table:Table": {
    what: "Timestream for LiveAnalytics",
    since: "2025-06-20",
    instead: "Timestream for InfluxDB; accounts with existing access can keep it under a waiver",
  },
};

/** By action of a topic rule, in its list form and its single form. */
export const endedActions: Readonly<Record<string, Ended>> = {
  iotAnalytics: {
    what: "AWS IoT Analytics",
    since: "2025-12-15",
    instead: "a delivery stream to S3, with Glue and Athena",
  },
  iotEvents: {
    what: "AWS IoT Events",
    since: "2026-05-20",
    instead: "a Step Functions workflow, or a function with a table",
  },
};
