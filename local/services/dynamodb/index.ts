export { provisioners } from "./provisioners";
export { dynamodbSource } from "./stream-source";
