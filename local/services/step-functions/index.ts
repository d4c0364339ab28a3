export { provisioners, type StepFunctionsServices } from "./provisioners";
export { createWorkflows, type Workflows } from "./workflows";
