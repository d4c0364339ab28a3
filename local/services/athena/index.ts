export { provisioners } from "./provisioners";
export { hasQueryEngine, runQuery, type QueryRows } from "./query";
