import { PolicyPack } from "@pulumi/policy";
import { refuseUnknown } from "./configuration";
import { all, policies } from "./policies";

refuseUnknown(all);

new PolicyPack("iot-integrations", {
  displayName: "IoT integrations",
  description:
    "Least privilege, failure paths and monitoring for event-driven programs on AWS, proven at preview.",
  provider: "aws",
  enforcementLevel: "mandatory",
  policies,
});
