import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { keepingCallbacks } from "../../local/kept-callbacks";
import { sabotages } from "./sabotages";

/** The resources of which only the sabotages are committed; all of them where the stack names none. */
const only = new pulumi.Config("sabotage").getObject<string[]>("resources");

// The project's own program, of which the first preview must refuse what is broken here, and nothing else.
pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
  const sabotage = sabotages.find(
    (one) => one.type === type && one.name === name && (only === undefined || only.includes(name)),
  );
  if (!sabotage) return undefined;
  const { input, broken } = sabotage;
  return { props: { ...props, [input]: pulumi.output(props[input]).apply(broken) }, opts };
});

// The program is previewed many times, and its callbacks are the same each time.
const { "sabotage:resources": _, ...settings } = pulumi.runtime.allConfig();
const directory = path.join(__dirname, "../..");
const entry = path.join(directory, "index.ts");
void keepingCallbacks({ directory, entry, settings }, () => new Promise(() => undefined));

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would come before the transformation
module.exports = require("../../index");
