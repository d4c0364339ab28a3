import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { listen } from "../../local/listen";

/** The names of Chromium's executable in Linux distributions and images. */
const names = ["chromium", "chromium-browser", "google-chrome"];

/** The path of Chromium on this machine; undefined if it is not installed. */
export const chromium: string | undefined = (process.env.PATH ?? "")
  .split(path.delimiter)
  .flatMap((folder) => names.map((name) => path.join(folder, name)))
  .find((file) => fs.existsSync(file));

/** A web page that a real browser opens. */
export interface WebPage {
  /** `http://127.0.0.1:<port>`. */
  origin: string;
  /** Opens the page in a new browser, runs a module script in it, and returns what the script's default export returns. */
  run(script: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Serves a page on the loopback interface. The page reports its result with a request of its own, which ends the browser. */
export async function openWebPage(executable: string): Promise<WebPage> {
  let script = "";
  let reported: (result: unknown) => void = () => undefined;
  const reports: Record<string, (request: IncomingMessage) => Promise<string>> = {
    "GET /": () => Promise.resolve(page),
    "GET /script.js": () => Promise.resolve(script),
    async "POST /result"(request) {
      reported(JSON.parse(await text(request)));
      return "";
    },
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://127.0.0.1");
    const respond = reports[`${request.method} ${pathname}`];
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
    void (respond?.(request) ?? Promise.resolve(undefined)).then((body) => {
      response.writeHead(body === undefined ? 404 : 200, { "content-type": type });
      response.end(body);
    });
  });
  const { port, close } = await listen(server);
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    close,
    async run(next) {
      script = next;
      const result = new Promise<unknown>((resolve) => (reported = resolve));
      const browser = startBrowser(executable, `${origin}/`);
      try {
        return await Promise.race([result, browser.ended]);
      } finally {
        await browser.end();
      }
    },
  };
}

const page = `<!doctype html><title>page</title><script type="module">
  import run from "/script.js";
  const result = await run().catch((error) => ({ failed: String(error) }));
  await fetch("/result", { method: "POST", body: JSON.stringify(result) });
</script>`;

/** Chromium without a window, in a profile of its own and without requests to its maker. */
function startBrowser(executable: string, url: string) {
  const profile = fs.mkdtempSync(path.join(tmpdir(), "browser-"));
  const flags = [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    // The emulator's certificate is of its own authority.
    "--ignore-certificate-errors",
    // Opens the page and stays until it is ended.
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(executable, [...flags, url], { stdio: "ignore", detached: true });
  const exit = once(child, "exit");
  return {
    ended: exit.then(([code]) => {
      throw new Error(
        `${executable} ended with ${String(code)} before the page reported a result.`,
      );
    }),
    async end(): Promise<void> {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // The browser has ended.
      }
      await exit.catch(() => undefined);
      fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
