import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openScratchLog, type ScratchLog } from "../scratch-log";

/** A notification that reached a mailbox, a phone or a webhook. */
export interface Received {
  protocol: string;
  endpoint: string;
  messageId: string;
  topicArn: string;
  subject?: string;
  text: string;
  attributes: Record<string, string>;
}

export interface Inbox {
  /** `http://127.0.0.1:<port>/<secret of this run>`; an endpoint's notifications go to `<url>/<protocol>/<endpoint, percent-encoded>`. */
  url: string;
  /** From now on the endpoint answers 503, like a webhook that is down. */
  refuse(endpoint: string): void;
  accept(endpoint: string): void;
  /** Returns the notifications of one endpoint, or of all, in order of arrival. */
  received(endpoint?: string): Received[];
  stop(): Promise<void>;
}

/** The body that SNS posts. */
interface Posted {
  Type: string;
  MessageId: string;
  TopicArn: string;
  Subject?: string;
  Message: string;
  MessageAttributes?: Record<string, { Type: string; Value: string }>;
}

/**
 * In bytes: SNS takes 256 KiB for text and attributes, of which JSON makes up to six times as much.
 * @see https://docs.aws.amazon.com/general/latest/gr/sns.html
 */
const longestBody = 2 * 1024 * 1024;
/** SNS takes 1,600 characters per text message, split into parts for the phone. */
const longestSms = 1600;
/** ASCII, fewer than 100 characters, no control characters, not beginning with a blank. */
const legalSubject = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/**
 * Stands for every mailbox, phone and webhook of the subscriptions; nothing leaves this machine. It accepts the HTTP requests that SNS
 * sends to webhooks, and refuses what SNS or the receiver would refuse. What it holds is shown to those who have its whole URL, and not
 * to pages of other origins.
 */
export async function startInbox(): Promise<Inbox> {
  const deliveries = openScratchLog<Received>();
  const refusing = new Set<string>();
  const secret = randomBytes(24).toString("base64url");
  let origin = "";
  const server = createServer((request, response) => {
    const path = pathWithin(request, origin, secret);
    if (path === undefined)
      return reply(response, {
        status: 403,
        text: "Open the whole URL that the local run printed.",
      });
    receive(request, path, { deliveries, refusing }).then(
      (answer) => reply(response, answer),
      (error: unknown) => reply(response, { status: 400, text: String(error) }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}/${secret}`,
    refuse: (endpoint) => void refusing.add(endpoint),
    accept: (endpoint) => void refusing.delete(endpoint),
    received: (endpoint) =>
      deliveries
        .all()
        .filter((delivery) => endpoint === undefined || delivery.endpoint === endpoint),
    stop: () =>
      new Promise((closed) => {
        server.close(() => {
          deliveries.close();
          closed();
        });
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  status: number;
  text: string;
}

/**
 * The path below the secret one. Undefined if the request does not have it, names another host (a page whose name resolves to this
 * machine), or comes from a page of another origin.
 */
function pathWithin(
  { url = "", headers }: IncomingMessage,
  origin: string,
  secret: string,
): string | undefined {
  const [, given = "", ...rest] = url.split("/");
  const [known, asked] = [Buffer.from(secret), Buffer.from(given)];
  const isKnown = known.length === asked.length && timingSafeEqual(known, asked);
  const isHere = `http://${headers.host}` === origin && (headers.origin ?? origin) === origin;
  return isKnown && isHere ? `/${rest.join("/")}` : undefined;
}

async function receive(
  request: IncomingMessage,
  path: string,
  { deliveries, refusing }: { deliveries: ScratchLog<Received>; refusing: Set<string> },
): Promise<Answer> {
  if (request.method === "GET") {
    const double = "Inbox double: stands for mailboxes, phones and webhooks on this machine.";
    return {
      status: 200,
      text: JSON.stringify({ double, deliveries: deliveries.all() }, undefined, 2),
    };
  }
  const [, protocol = "", address = ""] = path.split("/");
  const endpoint = decodeURIComponent(address);
  const type = request.headers["x-amz-sns-message-type"];
  if (request.method !== "POST" || type !== "Notification" || endpoint === "") {
    return { status: 400, text: "The inbox double takes SNS notifications only." };
  }
  const body = await bodyOf(request);
  if (body === undefined)
    return { status: 413, text: "The notification is longer than SNS sends." };
  const posted = JSON.parse(body) as Posted;
  if (refusing.has(endpoint)) return { status: 503, text: `${endpoint} refuses for now.` };
  const fault = faultOf(protocol, posted);
  if (fault) return { status: 400, text: fault };
  deliveries.append({
    protocol,
    endpoint,
    messageId: posted.MessageId,
    topicArn: posted.TopicArn,
    ...(posted.Subject !== undefined && { subject: posted.Subject }),
    text: posted.Message,
    attributes: Object.fromEntries(
      Object.entries(posted.MessageAttributes ?? {}).map(([name, { Value }]) => [name, Value]),
    ),
  });
  return { status: 200, text: "" };
}

function faultOf(protocol: string, { Subject, Message }: Posted): string | undefined {
  if (Subject !== undefined && !legalSubject.test(Subject)) {
    return "Invalid parameter: Subject must be fewer than 100 ASCII characters without line breaks, and not begin with a blank.";
  }
  const length = [...Message].length;
  if (protocol === "sms" && length > longestSms) {
    return `Invalid parameter: a text message has ${length} characters, at most ${longestSms} are sent.`;
  }
  return undefined;
}

/** Undefined for a body that no notification has. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    // Read to its end nevertheless, so that the sender reads the answer.
    if (length <= longestBody) chunks.push(chunk as Buffer);
  }
  return length > longestBody ? undefined : Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, { status, text }: Answer): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
