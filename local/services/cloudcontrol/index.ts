import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

/** What to do instead, by the type that a program declares. */
const instead: Readonly<Record<string, string>> = {
  "AWS::IoT::TopicRule":
    "set iot-to-timestream:writer to lambda in Pulumi.local.yaml, or use aws.iot.TopicRule",
  "AWS::QuickSight::Dashboard":
    "leave out iot-to-quicksight:principal in Pulumi.local.yaml, which then deploys the data lake alone",
};

/** Refuses what is declared through Cloud Control: neither the emulator nor this project has it, and no message passes through a record of it. */
const refused: Provisioner = (resource) => {
  const { typeName } = inputsOf<aws.cloudcontrol.ResourceArgs, "typeName">(resource, "typeName");
  const advice = instead[typeName] ?? "use a resource of the provider aws";
  return Promise.reject(
    new Error(`The local run creates no ${typeName} through Cloud Control; ${advice}.`),
  );
};

export const provisioners: Provisioners = { "aws:cloudcontrol/resource:Resource": refused };
