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
  /** `http://127.0.0.1:<port>`; an endpoint's notifications go to `<url>/<protocol>/<endpoint, percent-encoded>`. */
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

/** SNS takes 1,600 characters per text message, split into parts for the phone. */
const longestSms = 1600;
/** ASCII, fewer than 100 characters, no control characters, not beginning with a blank. */
const legalSubject = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/**
 * Stands for every mailbox, phone and webhook of the subscriptions; nothing leaves this machine. It accepts the HTTP requests that SNS
 * sends to webhooks, and refuses what SNS or the receiver would refuse.
 */
export async function startInbox(): Promise<Inbox> {
  const deliveries = openScratchLog<Received>();
  const refusing = new Set<string>();
  const server = createServer((request, response) => {
    receive(request, { deliveries, refusing }).then(
      (answer) => reply(response, answer),
      (error: unknown) => reply(response, { status: 400, text: String(error) }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
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

async function receive(
  request: IncomingMessage,
  { deliveries, refusing }: { deliveries: ScratchLog<Received>; refusing: Set<string> },
): Promise<Answer> {
  if (request.method === "GET") {
    const double = "Inbox double: stands for mailboxes, phones and webhooks on this machine.";
    return {
      status: 200,
      text: JSON.stringify({ double, deliveries: deliveries.all() }, undefined, 2),
    };
  }
  const [, protocol = "", address = ""] = (request.url ?? "").split("/");
  const endpoint = decodeURIComponent(address);
  const type = request.headers["x-amz-sns-message-type"];
  if (request.method !== "POST" || type !== "Notification" || endpoint === "") {
    return { status: 400, text: "The inbox double takes SNS notifications only." };
  }
  const posted = JSON.parse(await bodyOf(request)) as Posted;
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, { status, text }: Answer): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
