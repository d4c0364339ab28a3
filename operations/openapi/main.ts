import * as fs from "node:fs";
import * as path from "node:path";
import { version } from "../../package.json";
import { openApiDocument } from "./document";

const file = path.join(__dirname, "../../docs/api/openapi.json");
fs.writeFileSync(file, `${JSON.stringify(openApiDocument(version), undefined, 2)}\n`);
