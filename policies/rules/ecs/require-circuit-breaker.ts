import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { isAsked, serviceTypes } from "../../stack/containers";

export const requireCircuitBreaker: ResourceRule = {
  name: "ecs-service-require-circuit-breaker",
  displayName: "Failed deployments of services are rolled back",
  description:
    "Every service that Amazon ECS deploys has a circuit breaker that rolls a failed deployment back.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Amazon ECS starts tasks that fail over and over, and the service never works again.",
  },
  framework: wellArchitected.failFast,
  remediationSteps: "Set deploymentCircuitBreaker to { enable: true, rollback: true }.",
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
  types: serviceTypes,
  check(resource, report) {
    const { inputs } = resource;
    const controller = inputs.at("deploymentController", "type").text() ?? "ECS";
    if (!isAsked(resource) || controller !== "ECS") return;
    const breaker = inputs.at("deploymentCircuitBreaker");
    if (!breaker.isKnown()) return;
    if (breaker.at("enable").flag() !== true)
      report("Retries a failed deployment for ever: set deploymentCircuitBreaker.enable to true.");
    else if (breaker.at("rollback").flag() !== true)
      report("Leaves a failed deployment as it is: set deploymentCircuitBreaker.rollback to true.");
  },
};
