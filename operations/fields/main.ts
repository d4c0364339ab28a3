import * as fs from "node:fs";
import { page, renewed } from "./page";

void renewed(fs.readFileSync(page, "utf8")).then((text) => fs.writeFileSync(page, text));
