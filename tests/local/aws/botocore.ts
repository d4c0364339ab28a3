import * as path from "node:path";
import { findBotocoreData } from "../../../local/aws/models/botocore-data";
import { directory } from "../../support/emulator";

/** AWS's published API models, as installed by the local run. */
export const botocoreData = findBotocoreData(path.join(directory, ".local/venv"));
