export { provisioners } from "./provisioners";
export { createWorkflows, type Workflows } from "./workflows";
