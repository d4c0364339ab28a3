import { after, before, beforeEach } from "mocha";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createCheck } from "../../local/aws/referee";
import { botocoreData } from "../local/aws/botocore";

/** A request of a callback's SDK client, as the service would read it. */
export interface Call {
  operation: string;
  input: Record<string, unknown>;
}

/** An error as AWS answers it; `status` 400 if left out. */
export interface Refusal {
  refused: string;
  status?: number;
}

type Answer = Record<string, unknown> | Refusal;

/** A server in place of AWS: records each call, rejects requests that AWS's models reject, and returns the given responses. */
export interface Aws {
  url: string;
  calls: Call[];
  /** Sets the response of an operation. @default an empty one, which is success */
  answer(operation: string, how: (input: Call["input"]) => Answer): void;
  /** Forgets calls and answers. */
  reset(): void;
  stop(): Promise<void>;
}

export async function startAws(): Promise<Aws> {
  const calls: Call[] = [];
  const answers = new Map<string, (input: Call["input"]) => Answer>();
  const check = createCheck({ botocoreData });
  const server = createServer((request, response) => {
    void read(request).then(({ service, operation, input }) => {
      calls.push({ operation, input });
      const [illegal] = check(service, operation, input);
      const answer = illegal
        ? { refused: "ValidationException", message: illegal }
        : (answers.get(operation)?.(input) ?? {});
      const { refused, status = 400, ...body } = answer as Refusal;
      const isRefusal = refused !== undefined;
      if (service === "SNS" || service === "S3")
        response
          .writeHead(isRefusal ? status : 200, { "content-type": "text/xml" })
          .end(isRefusal ? xmlError(service, refused) : xmlResult(operation));
      else
        response
          .writeHead(isRefusal ? status : 200, {
            "content-type": "application/json",
            ...(isRefusal && { "x-amzn-errortype": refused }),
          })
          .end(JSON.stringify(isRefusal ? { __type: refused, message: refused, ...body } : body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer: (operation, how) => void answers.set(operation, how),
    reset: () => {
      calls.length = 0;
      answers.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** For a suite: the server stands, and this process's SDK clients find it, while the suite runs. */
export function useAws(): { aws: Aws } {
  const use = {} as { aws: Aws };
  const replaced: Record<string, string | undefined> = {};
  before(async () => {
    use.aws = await startAws();
    for (const [name, value] of Object.entries(environmentOf(use.aws))) {
      replaced[name] = process.env[name];
      process.env[name] = value;
    }
  });
  beforeEach(() => use.aws.reset());
  after(async () => {
    for (const [name, value] of Object.entries(replaced))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await use.aws.stop();
  });
  return use;
}

/** Environment that points the SDK to the server, with fixed credentials. */
export const environmentOf = ({ url }: Pick<Aws, "url">): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_IOT_DATA_PLANE: url,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "EXAMPLE",
});

const services: Record<string, string> = {
  AmazonSQS: "SQS",
  AWSStepFunctions: "SFN",
  Comprehend_20171127: "Comprehend",
  Kinesis_20131202: "Kinesis",
  RedshiftData: "Redshift Data",
  RekognitionService: "Rekognition",
  secretsmanager: "Secrets Manager",
  Timestream_20181101: "Timestream Write",
};

async function read(request: IncomingMessage): Promise<Call & { service: string }> {
  const body = await text(request);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://aws");
  const topic = /^\/topics\/(.+)$/.exec(pathname)?.[1];
  if (topic !== undefined)
    return {
      service: "IoT Data Plane",
      operation: "Publish",
      input: {
        topic: decodeURIComponent(topic),
        qos: Number(searchParams.get("qos")),
        payload: Buffer.from(body),
      },
    };
  const endpoint = /^\/endpoints\/(.+)\/invocations$/.exec(pathname)?.[1];
  if (endpoint !== undefined)
    return {
      service: "SageMaker Runtime",
      operation: "InvokeEndpoint",
      input: {
        EndpointName: endpoint,
        ContentType: request.headers["content-type"],
        Accept: request.headers["accept"],
        Body: Buffer.from(body),
      },
    };
  if (searchParams.get("list-type") === "2") {
    const [, Bucket = ""] = pathname.split("/");
    const input = { Bucket, Prefix: searchParams.get("prefix") };
    return { service: "S3", operation: "ListObjectsV2", input };
  }
  const target = String(request.headers["x-amz-target"] ?? "");
  if (target) {
    const [api = "", operation = ""] = target.split(".");
    const input = JSON.parse(body) as Call["input"];
    return { service: services[api] ?? "DynamoDB", operation, input };
  }
  const form = new URLSearchParams(body);
  const operation = form.get("Action") ?? "";
  for (const name of ["Action", "Version"]) form.delete(name);
  return { service: "SNS", operation, input: unflatten(form) };
}

/** The query protocol's `MessageAttributes.entry.1.Name` and its like as the objects they stand for. */
function unflatten(form: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const attributes: Record<string, Record<string, string>> = {};
  for (const [key, value] of form) {
    const [, nth, member] = /^MessageAttributes\.entry\.(\d+)\.(?:Value\.)?(\w+)$/.exec(key) ?? [];
    if (nth === undefined || member === undefined) input[key] = value;
    else (attributes[nth] ??= {})[member] = value;
  }
  if (Object.keys(attributes).length > 0)
    input.MessageAttributes = Object.fromEntries(
      Object.values(attributes).map(({ Name = "", ...value }) => [Name, value]),
    );
  return input;
}

const xmlResult = (operation: string): string =>
  `<${operation}Response><${operation}Result><MessageId>1</MessageId></${operation}Result></${operation}Response>`;

function xmlError(service: "SNS" | "S3", code: string): string {
  const what = `<Code>${code}</Code><Message>${code}</Message>`;
  return service === "S3"
    ? `<Error>${what}</Error>`
    : `<ErrorResponse><Error><Type>Sender</Type>${what}</Error></ErrorResponse>`;
}
