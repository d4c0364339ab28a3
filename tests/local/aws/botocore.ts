import * as path from "node:path";
import { findBotocoreData } from "../../../local/aws/models/botocore-data";
import { directory } from "../../support/emulator";

/** AWS's published API models, as the local run installs them. */
export const botocoreData = findBotocoreData(path.join(directory, ".local/venv"));
