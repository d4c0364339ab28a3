export { provisioners } from "./provisioners";
export { kinesisSource } from "./stream-source";
