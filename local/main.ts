import { readArguments, usage, type Request } from "./command-line";
import { tellEnding } from "./report/ending";
import { createProgress } from "./report/progress";
import { createSession } from "./session";

const progress = createProgress(process.stdout);

/** Gives the exit code; 2 is for a command that does not fit the usage. */
async function main(words: string[]): Promise<number> {
  let request: Request;
  try {
    request = readArguments(words);
  } catch (error) {
    console.error(`${(error as Error).message} "npm start -- --help" tells the options.`);
    return 2;
  }
  if (request.help) {
    progress.say(usage);
    return 0;
  }
  // Pulumi takes a stack trace for every promise, which is a tenth of the start, and nobody sees one without --verbose.
  if (!request.verbose) Error.stackTraceLimit = 0;
  const session = createSession();
  // Only now: what a run needs takes longer to load than a mistake in the command should take to be told.
  const running = import("./run").then(({ run }) => run(request, session, progress));
  const ending = await Promise.race([
    running.then(
      (code) => ({ kind: "over", code }) as const,
      (error: Error) => ({ kind: "failed", error }) as const,
    ),
    session.ended,
  ]);
  const code = tellEnding(progress, ending, request);
  await session.close();
  return code;
}

// Which Node functions run on is told at start; the SDK would tell it again in eight lines.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// Should nothing be left to wait for before `main` is through, that is a failure.
process.exitCode = 1;
void main(process.argv.slice(2)).then((code) => process.exit(code));
