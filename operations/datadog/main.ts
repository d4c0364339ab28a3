import { writeDocuments } from "../generated-block";
import { documents } from "./documents";

/** Writes the dashboards and monitors in docs/datadog. */
const main = (): Promise<void> => writeDocuments("datadog", documents());

if (require.main === module) void main();
