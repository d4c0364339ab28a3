import type { Place } from "./place";
import type { Resource } from "./resource";

export const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";

/** A service as the provider creates it, and as a program asks awsx for it: at a unit test, only the second is there. */
export const serviceTypes = ["aws:ecs/service:Service", "awsx:ecs:FargateService"];

/** A service of awsx that the engine has made is without inputs; its child has them. */
export const isAsked = ({ inputs }: Resource): boolean =>
  inputs.at("cluster").given || inputs.at("name").given;

/** The containers of a task definition, with their names. */
export const containersOf = ({ inputs }: Resource): { name: string; container: Place }[] =>
  inputs
    .at("containerDefinitions")
    .json()
    .items()
    .map((container) => ({ name: container.at("name").text() ?? "?", container }));
