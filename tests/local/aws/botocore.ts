import * as path from "node:path";
import { findBotocoreData } from "../../../local/aws/models/botocore-data";

const venv = process.env.LOCAL_VENV ?? path.join(__dirname, "../../../.local/venv");

/** AWS's published API models, as the local run installs them. */
export const botocoreData = findBotocoreData(venv);
