import type { Aedes, Client } from "aedes";
import type { Readable } from "node:stream";
import { topicMatches } from "../../../iot-sql";
import { sentFilter, sharedFilter as parsed } from "./shared-filter";

interface Message {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1;
  properties?: object;
  /** Milliseconds since the epoch. */
  messageExpiry?: number;
}

type Notify = (message: Message, done: () => void) => void;

/** The parts of the broker library that deliver messages; its types do not declare them. */
interface Library {
  id: string;
  counter: number;
  clients: Record<string, Member>;
  mq: {
    on(filter: string, notify: Notify, done?: () => void): unknown;
    removeListener(filter: string, notify: Notify, done?: () => void): unknown;
  };
  persistence: {
    outgoingEnqueue(client: { clientId: string }, packet: Message): Promise<void>;
    getClientList(filter: string): Readable;
  };
}

interface Member extends Client {
  subscriptions: Record<string, { qos: 0 | 1 } | undefined>;
  deliverQoS: Notify;
}

interface Group {
  /** Messages that wait until a member is connected, oldest first. */
  queue: { message: Message; since: number }[];
  /** The queue is being sent; a message that comes meanwhile waits behind it. */
  flushing: boolean;
}

export interface SharedSubscriptionsArgs {
  /** Chooses a member by an index below `count`; AWS chooses at random. */
  choose: (count: number) => number;
  /** How long a message is queued. */
  expiryMilliseconds: number;
  now: () => number;
  /** Called with what went wrong while messages were sent. */
  failed: (error: Error) => void;
}

const sharedFilter = (kept: string) => parsed(sentFilter(kept));

export const atRandom = (count: number): number => Math.floor(Math.random() * count);

/**
 * Adds shared subscriptions to the broker library: one of the connected clients that have the same filter `$share/<name>/<filter>`
 * gets a message. While none is connected, messages with QoS 1 are queued if one has a persistent session; who comes first gets them.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription
 */
export function shareSubscriptions(
  aedes: Aedes,
  { choose, expiryMilliseconds, now, failed }: SharedSubscriptionsArgs,
): void {
  const library = aedes as unknown as Library;
  const { mq, persistence } = library;
  const [on, removeListener] = [mq.on.bind(mq), mq.removeListener.bind(mq)];
  const groups = new Map<string, Group>();
  /** Clients that have got what waited for them; one that still gets it would get a message of a group twice. */
  const ready = new WeakSet<Client>();

  /** The connected member that gets the next message; undefined if none is connected. */
  function choice(shared: string): Member | undefined {
    const members = Object.values(library.clients).filter(
      (member) => ready.has(member) && !member.closed && member.subscriptions[shared],
    );
    return members[choose(members.length)];
  }

  async function hasSession(shared: string): Promise<boolean> {
    for await (const _clientId of persistence.getClientList(shared)) return true;
    return false;
  }

  async function send(member: Member, shared: string, message: Message): Promise<void> {
    const { topic, payload, properties, messageExpiry } = message;
    const granted = member.subscriptions[shared]?.qos ?? 0;
    const qos = message.qos === 1 ? granted : 0;
    const packet = { cmd: "publish", topic, payload, qos, retain: false, dup: false };
    const headers = { properties, ...(messageExpiry !== undefined && { messageExpiry }) };
    const copy = { ...packet, ...headers, brokerId: library.id, brokerCounter: ++library.counter };
    if (!member.clean && qos > 0) await persistence.outgoingEnqueue({ clientId: member.id }, copy);
    // Without the library's id a message is not compared with those that the client has got by its other subscriptions.
    return new Promise((resolve) =>
      member.deliverQoS({ ...copy, brokerId: undefined } as Message, resolve),
    );
  }

  async function distribute(shared: string, group: Group, message: Message): Promise<void> {
    const chosen = group.flushing ? undefined : choice(shared);
    if (chosen) return send(chosen, shared, message);
    if (!group.flushing && (message.qos === 0 || !(await hasSession(shared)))) return;
    group.queue.push({ message, since: now() });
    // A member may have come since.
    await flush(shared, group);
  }

  async function flush(shared: string, group: Group): Promise<void> {
    if (group.flushing) return;
    group.flushing = true;
    while (group.queue.length > 0) {
      const chosen = choice(shared);
      if (!chosen) break;
      const [{ message, since }] = group.queue.splice(0, 1) as [Group["queue"][0]];
      // The interval of a message takes precedence over that of sessions.
      const { messageExpiry = since + expiryMilliseconds } = message;
      if (now() < messageExpiry) await send(chosen, shared, message).catch(failed);
    }
    group.flushing = false;
  }

  function flushGroupsOf(client: Client): void {
    for (const shared of Object.keys((client as Member).subscriptions)) {
      const group = groups.get(shared);
      if (group) void flush(shared, group);
    }
  }

  function open(shared: string, filter: string): void {
    const group: Group = { queue: [], flushing: false };
    groups.set(shared, group);
    on(filter, (message, done) => {
      // The library's filters match more than AWS's: `a` by `a/#`.
      if (!topicMatches(filter, message.topic)) return void setImmediate(done);
      void distribute(shared, group, message).catch(failed).then(done);
    });
  }

  mq.on = (filter, notify, done) => {
    const shared = sharedFilter(filter);
    if (!shared) return on(filter, notify, done);
    if (!groups.has(filter)) open(filter, shared.filter);
    if (done) setImmediate(done);
    return mq;
  };
  // A group keeps listening: its members may be persistent sessions.
  mq.removeListener = (filter, notify, done) => {
    if (!sharedFilter(filter)) return removeListener(filter, notify, done);
    if (done) setImmediate(done);
    return mq;
  };
  aedes.on("clientReady", (client) => {
    ready.add(client);
    flushGroupsOf(client);
  });
  aedes.on("subscribe", (_subscriptions, client) => flushGroupsOf(client));
}
