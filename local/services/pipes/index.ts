export { createPipes, type Pipes } from "./pipes";
export { provisioners } from "./provisioners";
