const common = {
  "iot-integrations:integrations": JSON.stringify(["iot-to-splunk", "iot-to-datadog"]),
  // Hosts of the tests of archives have this port.
  "iot-to-splunk:hecEndpoint": "https://splunk.example.com",
};

/**
 * Configurations by which the program makes other functions and resources than by the local stack's, in place of its values: the local stack
 * has every integration, but each in one way.
 */
export const alternatives: readonly Record<string, string>[] = [
  { ...common, "iot-to-splunk:delivery": "direct" },
  {
    ...common,
    "iot-to-splunk:delivery": "direct-acknowledged",
    "iot-to-datadog:logs": "true",
  },
  {
    "iot-integrations:integrations": JSON.stringify(["iot-to-analytics"]),
    "iot-to-analytics:engine": "flink",
    // Takes the place of a package, which only Maven can build.
    "iot-to-analytics:flinkPackage": "flink/main.py",
  },
  {
    "iot-integrations:integrations": JSON.stringify(["iot-to-timestream"]),
    "iot-to-timestream:writer": "native",
    "iot-to-timestream:destinationArn":
      "arn:aws:iot:eu-central-1:123456789012:ruledestination/influxdb/0a1b2c3d",
    "iot-to-timestream:secretArn":
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influxdb-aB3dE6",
  },
];
