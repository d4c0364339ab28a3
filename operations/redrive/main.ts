import { sentenceOf } from "../clients";
import { printError, printLine, printProgress, printText } from "../print";
import { fetchStackOutputs } from "../stack-outputs";
import { clientsOf } from "./clients";
import { help, readArguments, usage, type Request } from "./command-line";
import { depthOf } from "./failures-queue";
import { ownOf, type Own } from "./own";
import { redrive, summary, type Clients } from "./redrive";
import { waitingIn } from "./waiting";

/** Redrives or lists; returns the exit code. */
async function run(request: Request, signal: AbortSignal): Promise<number> {
  const { part, stack, project, outputs } = request;
  const own = ownOf(fetchStackOutputs(stack, outputs, project), part);
  const clients = await clientsOf();
  return request.mode === "list"
    ? list(clients, own, request, signal)
    : sendAgain(clients, own, request, signal);
}

/** Returns 1 if messages are left in the queue. */
async function sendAgain(
  clients: Clients,
  own: Own,
  { limit, mode }: Request,
  signal: AbortSignal,
): Promise<number> {
  const visible = await depthOf(clients.sqs, own.queueUrl);
  const waiting = Math.min(visible, limit);
  let done = 0;
  const outcomes = await redrive({
    ...{ clients, own, limit, signal },
    dryRun: mode === "dry run",
    report({ messageId, result, detail }) {
      done += 1;
      printProgress("");
      printLine(`${messageId} ${result}: ${detail}`);
      printProgress(`${done} of about ${Math.max(waiting, done)} messages`);
    },
  });
  printProgress("");
  const others = Math.max(0, visible - done);
  if (signal.aborted) printLine(`Interrupted: ${amountOf(others)} in the queue.`);
  else if (done >= limit && others > 0)
    printLine(`--limit ends here: ${amountOf(others)} in the queue.`);
  printLine(summary(outcomes));
  return signal.aborted || outcomes.some(({ result }) => result === "left") ? 1 : 0;
}

/** SQS returns an estimate. */
const amountOf = (messages: number): string =>
  `about ${messages} other ${messages === 1 ? "message is" : "messages are"}`;

async function list(
  clients: Clients,
  own: Own,
  { limit }: Request,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  const visible = await depthOf(clients.sqs, own.queueUrl);
  for await (const { messageId, at, devices, reason, payload } of waitingIn(clients, own, {
    limit,
    signal,
  })) {
    count += 1;
    printLine(
      `${messageId} ${Number.isFinite(at) ? new Date(at).toISOString() : "at no known time"}`,
    );
    printLine(`  device: ${devices.join(", ") || "none named"}`);
    printLine(`  reason: ${reason}`);
    printLine(`  payload: ${payload}`);
  }
  printLine(count < visible ? `${count} shown of about ${visible} waiting` : `${count} waiting`);
  return 0;
}

/** Prints sentences and sets exit code 2: nothing was attempted. */
function giveUp(error: unknown, ...hints: string[]): void {
  for (const line of [sentenceOf(error), ...hints]) printError(line);
  process.exitCode = 2;
}

function main(): void {
  // README states the versions of Node.js; the SDK would repeat that in eight lines.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  let request: Request | "help";
  try {
    request = readArguments(process.argv.slice(2));
  } catch (error) {
    return giveUp(error, usage);
  }
  if (request === "help") return printText(help);
  const stop = new AbortController();
  // A second Ctrl-C ends the process at once.
  process.once("SIGINT", () => stop.abort());
  run(request, stop.signal).then((code) => (process.exitCode = code), giveUp);
}

main();
