import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { asSentence, refusal } from "./callback-failure";
import { packagesIn, requiredBy, validator, type Files } from "./callback-packages";

type Callback<Event, Answer> = (event: Event) => Promise<Answer>;

/** Everything that has a default in `CallbackFunction` that is wrong for this project has to be given. */
export interface CallbackFunctionArgs<Event, Answer> extends Omit<
  aws.lambda.CallbackFunctionArgs<Event, Answer>,
  "callback" | "callbackFactory" | "codePathOptions" | "policies"
> {
  /** `() => createHandler(readSettings())`, nothing else: what it captures is in the archive in clear text. */
  callbackFactory: () => Callback<Event, Answer>;
  role: pulumi.Input<string>;
  runtime: aws.lambda.Runtime;
  timeout: number;
  memorySize: number;
  /** Changes the files of the archive, or refuses them with an error of one sentence. @default keeps them */
  finish?: (files: Files) => Promise<Files>;
}

/**
 * Deploys a callback as a function. A callback that cannot be deployed as it is written fails the evaluation with one sentence that
 * names the function, the file and the remedy.
 */
export function callbackFunction<Event, Answer>(
  name: string,
  { finish = (files) => Promise.resolve(files), ...args }: CallbackFunctionArgs<Event, Answer>,
  opts: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const withFinishedCode: pulumi.ResourceTransformation = ({ props, opts }) => {
    const code = finished(name, props.code as pulumi.Output<pulumi.asset.AssetArchive>, finish);
    return { props: { ...props, code }, opts };
  };
  // eslint-disable-next-line callbacks/callback-factory -- the only place that passes one on
  return new aws.lambda.CallbackFunction(
    name,
    // What the callback needs of packages is added to the archive when it is made.
    { ...args, codePathOptions: { extraExcludePackages: ["valibot"] } },
    { ...opts, transformations: [withFinishedCode] },
  );
}

/** The promises of an output, which its type declarations leave out. */
interface Parts<T> {
  promise(): Promise<T>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
  allResources(): Promise<unknown>;
}

/** The archive that Pulumi made of a callback, checked and complete. */
async function finished(
  name: string,
  code: pulumi.Output<pulumi.asset.AssetArchive>,
  finish: (files: Files) => Promise<Files>,
): Promise<pulumi.asset.AssetArchive> {
  const parts = code as unknown as Parts<pulumi.asset.AssetArchive>;
  // All of them fail when the callback does not serialise, which is reported once, below.
  const others = Promise.allSettled([parts.isSecret, parts.isKnown, parts.allResources()]);
  try {
    const archive = await parts.promise();
    const files: Files = { ...(await archive.assets), ...validator() };
    const [secret] = await others;
    if (secret.status === "fulfilled" && secret.value)
      throw refusal(
        `The callback of ${name} captures a secret, which would be in its archive in clear text: pass the secret's ARN in the environment and read it from Secrets Manager.`,
      );
    const text = await (files["__index.js"] as pulumi.asset.StringAsset).text;
    // Pulumi writes what an output held into the archive, with this in place of `apply`.
    if (text.includes("is not allowed from inside a cloud-callback"))
      throw refusal(
        `The callback of ${name} captures an output, whose value the first preview does not know: pass it in the environment.`,
      );
    const foreign = requiredBy(text).find((required) => !packagesIn(files).has(required));
    if (foreign !== undefined)
      throw refusal(
        `The callback of ${name} requires '${foreign}', which is neither in its archive nor in Lambda: list the package under dependencies in package.json, or, if it is there, install with npm ci or pnpm, whose layouts of node_modules Pulumi can read.`,
      );
    return new pulumi.asset.AssetArchive(await finish(files));
  } catch (error) {
    throw asSentence(name, error);
  }
}
