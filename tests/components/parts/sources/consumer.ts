import * as aws from "@pulumi/aws";
import { arn } from "../../../../components/parts/names";
import type { Consumer } from "../../../../components/parts/sources/source";
import { shared } from "../../support";

/** A function that is about to be connected; what it waits for is called `function`. */
export const consumer = (): Consumer => ({
  name: "demo",
  functionName: "iot-integrations-test-demo",
  functionArn: arn.function("iot-integrations-test-demo"),
  timeoutSeconds: 30,
  alarms: shared().alarms,
  dependsOn: [new aws.cloudwatch.LogGroup("function", {})],
});
