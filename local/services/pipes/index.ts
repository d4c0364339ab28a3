export { createPipes, type Pipes } from "./pipes";
export { provisioners, type PipesServices } from "./provisioners";
