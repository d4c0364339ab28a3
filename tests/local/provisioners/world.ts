import { createClients, type Clients, type Middleware } from "../../../local/aws/clients";
import { createReferee } from "../../../local/aws/referee";
import type { CreatedResource } from "../../../local/program";
import { provision, type Context } from "../../../local/provisioners";
import { sharedAccount } from "../../support/account";
import { directory } from "../../support/emulator";
import { botocoreData } from "../aws/botocore";

/** The shared account with what the provisioners need, every request held against AWS's models. */
export interface World {
  clients: Clients;
  /** What was handed to our own IoT Core, mappings and subscriptions: method and inputs. */
  handed: [string, Record<string, unknown>][];
  /** Inputs of every request that was sent. */
  sent: Record<string, unknown>[];
  /** What was said not to be honoured. */
  notHonoured: string[];
  /** Creates a resource of a type, `sqs/queue:Queue`, from these inputs. */
  create(type: string, plain: Record<string, unknown>, name?: string): Promise<CreatedResource>;
  end(): void;
}

let made = 0;
/** A name that no other spec uses. */
export const nextName = (kind: string): string => `provisioners-${kind}-${++made}`;

export async function createWorld(): Promise<World> {
  const sent: World["sent"] = [];
  const referee = createReferee({ botocoreData });
  const clients = createClients(await sharedAccount(), [referee, noting(sent)]);
  const handed: World["handed"] = [];
  const notHonoured: string[] = [];
  const hand = new Proxy({} as Context["hand"], {
    get: (_, method: string) => async (inputs: Record<string, unknown>) => {
      handed.push([method, inputs]);
      return { arn: `arn:of:${method}`, id: `id-of-${method}` };
    },
  });
  const context: Context = {
    clients,
    directory,
    iotDataEndpoint: "https://127.0.0.1:8443",
    firehoseEndpoint: "http://127.0.0.1:8444",
    hand,
    notHonoured: (sentence) => void notHonoured.push(sentence),
  };
  return {
    clients,
    handed,
    sent,
    notHonoured,
    create: (type, plain, name = "resource") =>
      provision({ type: `aws:${type}`, name, plain } as never, context),
    end: () => clients.destroy(),
  };
}

type Handler = (args: { input: Record<string, unknown> }) => Promise<unknown>;
interface Stack {
  add(middleware: (next: Handler) => Handler, options: object): void;
}

const noting =
  (sent: World["sent"]): Middleware =>
  ({ middlewareStack }) =>
    (middlewareStack as Stack).add(
      (next) => (args) => {
        sent.push(args.input);
        return next(args);
      },
      { step: "initialize", name: "noting" },
    );
