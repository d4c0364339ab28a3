import { NodeHttpHandler } from "@smithy/node-http-handler";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The emulated account: its endpoint, region, id and root credentials. */
export interface Account {
  /** Base URL of the emulator, on the loopback: `https://127.0.0.1:<port>`. */
  endpoint: string;
  /** The authority of its certificate, in PEM. @default the authorities that Node knows */
  ca?: string;
  region: string;
  accountId: string;
  root: Credentials;
  /**
   * By which the emulator knows requests of the process that started it, and does not check their signatures twice.
   * @default every request's signature is checked
   */
  pass?: string;
}

interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: Credentials;
  requestHandler: NodeHttpHandler;
  maxAttempts: number;
  forcePathStyle: boolean;
  useQueueUrlAsEndpoint: boolean;
}

interface Client {
  destroy(): void;
  middlewareStack: unknown;
}
type ClientClass<C extends Client> = new (config: ClientConfig) => C;

/** Checks or rewrites every request of a client before it is sent; see `referee.ts`. */
export type Middleware = (client: Client) => void;

/** SDK clients for the emulated account: one per service and principal, closed together. */
export interface Clients {
  readonly account: Account;
  /** Returns a client for the account's root, or for other `credentials`. */
  get<C extends Client>(service: ClientClass<C>, credentials?: Credentials): C;
  destroy(): void;
}

export function createClients(account: Account, middleware: Middleware[] = []): Clients {
  const made = new Map<string, Client>();
  const all = account.pass === undefined ? middleware : [...middleware, passing(account.pass)];
  // HTTP/1.1 for all: the emulator refuses the signature of the HTTP/2 requests that the Kinesis client makes by default.
  const agent = { maxSockets: 64, keepAlive: true };
  const requestHandler = new NodeHttpHandler({
    httpAgent: agent,
    httpsAgent: { ...agent, ...(account.ca && { ca: account.ca }) },
    // A load that is published as fast as possible waits for sockets by design; the SDK would warn about it.
    socketAcquisitionWarningTimeout: 600_000,
  });
  return {
    account,
    get<C extends Client>(service: ClientClass<C>, credentials: Credentials = account.root): C {
      const key = `${service.name} ${credentials.accessKeyId}`;
      const known = made.get(key);
      if (known) return known as C;
      const client = new service({
        endpoint: account.endpoint,
        region: account.region,
        credentials,
        requestHandler,
        maxAttempts: 3,
        forcePathStyle: true,
        // A queue URL names the host on which it was created; only its path is used.
        useQueueUrlAsEndpoint: false,
      });
      for (const add of all) add(client);
      made.set(key, client);
      return client;
    },
    destroy() {
      for (const client of made.values()) client.destroy();
      requestHandler.destroy();
      made.clear();
    },
  };
}

/** The part of a client that adds the header; the clients do not export its type. */
interface SdkClient {
  middlewareStack: { add(middleware: Build, options: object): void };
}
type Next = (args: { request: { headers: Record<string, string> } }) => Promise<unknown>;
type Build = (next: Next) => Next;

const passing =
  (pass: string): Middleware =>
  (client) =>
    (client as unknown as SdkClient).middlewareStack.add(
      (next) => (args) => {
        args.request.headers["x-local-pass"] = pass;
        return next(args);
      },
      { step: "build", name: "localPass" },
    );
