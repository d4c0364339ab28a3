import { printError } from "../operations/print";
import { readArguments, usage, type Request } from "./command-line";
import { reportEnding } from "./report/ending";
import { createProgress } from "./report/progress";
import { createSession } from "./session";

const progress = createProgress(process.stdout);

/** Returns the exit code; 2 means that the command does not fit the usage. */
async function main(words: string[]): Promise<number> {
  let request: Request;
  try {
    request = readArguments(words);
  } catch (error) {
    printError(`${(error as Error).message} "npm start -- --help" lists the options.`);
    return 2;
  }
  if (request.help) {
    for (const line of usage.split("\n")) progress.say(line);
    return 0;
  }
  const session = createSession();
  // Loaded late, so that a mistake in the command is reported at once.
  const running = import("./run").then(({ run }) => run(request, session, progress));
  const ending = await Promise.race([
    running.then(
      (code) => ({ kind: "over", code }) as const,
      (error: Error) => ({ kind: "failed", error }) as const,
    ),
    session.ended,
  ]);
  const code = reportEnding(progress, ending, request);
  await session.close();
  return code;
}

// The opening of the run states the Node version; the SDK would repeat it in eight lines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// A process that ends before `main` has finished has failed.
process.exitCode = 1;
void main(process.argv.slice(2)).then((code) => process.exit(code));
