import { ofAlarms } from "./alarms";
import { ofEdge } from "./edge";
import { ofFlows } from "./flows";
import { ofFunctions } from "./functions";
import { ofQueues, lettingIn } from "./queues";
import { ofRoles } from "./roles";
import { ofStores } from "./stores";
import { ofRules } from "./topic-rules";
import { ofTopics } from "./topics";
import { ofTrust } from "./trust";
import type { Breaker } from "../sabotage";

/** Every way to break a resource that the sabotage suite knows. */
export const breakers: Breaker[] = [
  ...ofRoles,
  ...ofTrust,
  ...ofQueues,
  ...lettingIn,
  ...ofAlarms,
  ...ofTopics,
  ...ofFunctions,
  ...ofEdge,
  ...ofRules,
  ...ofStores,
  ...ofFlows,
];
