import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";

/** What Pulumi.yaml says of the project. */
export interface Project {
  name: string;
  /** The integrations of a stack that does not list its own. */
  defaultIntegrations: string[];
}

export function readProject(directory: string): Project {
  const { name, config } = yaml.parse(
    fs.readFileSync(path.join(directory, "Pulumi.yaml"), "utf8"),
  ) as { name: string; config: { integrations: { default: string[] } } };
  return { name, defaultIntegrations: config.integrations.default };
}
