import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { serviceTypes } from "../../stack/containers";

export const forbidPublicAddresses: ResourceRule = {
  name: "ecs-service-forbid-public-addresses",
  displayName: "Tasks have no public addresses",
  description:
    "No service gives its tasks public IP addresses: they call AWS through endpoints or a NAT gateway.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "A public address exposes a task to the internet, limited only by a security group.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Set assignPublicIp to false, and give the subnets endpoints or a route to a NAT gateway.",
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html",
  types: serviceTypes,
  check({ inputs }, report) {
    const places = [
      inputs.at("assignPublicIp"),
      inputs.at("networkConfiguration", "assignPublicIp"),
    ];
    if (places.some((place) => place.flag() === true))
      report("Gives its tasks public addresses: set assignPublicIp to false.");
  },
};
