import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** How often each operation was called, as `service:operation` with the service of the request's signature. */
export type Calls = Record<string, number>;

/** A double of AWS's endpoints: answers every request with success and counts the requests by operation. */
export interface RecordingEndpoint {
  url: string;
  /** Environment variables that direct the SDK to the endpoint. */
  environment: Record<string, string>;
  /** Returns the requests since the last call. */
  calls(): Calls;
  stop(): Promise<void>;
}

export async function startRecordingEndpoint(): Promise<RecordingEndpoint> {
  let calls: Calls = {};
  const server = http.createServer((request, response) => {
    void text(request).then((body) => {
      const operation = operationOf(request, body);
      if (operation === undefined) {
        response.statusCode = 400;
        return response.end(`${request.method} ${request.url} is no operation that is counted.`);
      }
      calls[operation] = (calls[operation] ?? 0) + 1;
      response
        .writeHead(200, {
          "content-type": isForm(request.headers) ? "text/xml" : "application/json",
        })
        .end(success(request, body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    environment: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "EXAMPLE",
    },
    calls() {
      const counted = calls;
      calls = {};
      return counted;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * The operation of a request: its service is in the scope of the signature, its name in a header, in the form, or in the path. Undefined
 * for a request that names none.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function operationOf(
  { headers, url, method }: Pick<http.IncomingMessage, "headers" | "url" | "method">,
  body: string,
): string | undefined {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1];
  const target = String(headers["x-amz-target"] ?? "").split(".")[1];
  const action = isForm(headers) ? new URLSearchParams(body).get("Action") : undefined;
  // https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html
  const publish = service === "iotdata" && url?.startsWith("/topics/") ? "Publish" : undefined;
  const invoke = service === "sagemaker" && isInvocation(url) ? "InvokeEndpoint" : undefined;
  const object = service === "s3" ? objectOperation(method, url) : undefined;
  const operation = target ?? action ?? publish ?? invoke ?? object;
  return service === undefined || operation === undefined ? undefined : `${service}:${operation}`;
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
const isInvocation = (url = ""): boolean => /^\/endpoints\/[^/]+\/invocations$/.test(url);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
const objectOperation = (method: string | undefined, url = ""): string | undefined =>
  method === "PUT" ? "PutObject" : listedPrefix(url) === undefined ? undefined : "ListObjectsV2";

/** The prefix of a request to list objects. */
const listedPrefix = (url: string): string | undefined => {
  const query = new URL(url, "http://bucket").searchParams;
  return query.get("list-type") === "2" ? (query.get("prefix") ?? "") : undefined;
};

const isForm = (headers: http.IncomingHttpHeaders): boolean =>
  headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;

/**
 * An empty JSON object, which is a successful response of all services of these functions but SNS, whose responses are XML, Secrets
 * Manager, whose responses have the secret, Comprehend, whose responses have a result for each text, Timestream, whose endpoint is this
 * one, and endpoints of SageMaker, whose responses have a score for each line. A statement of the Redshift Data API has ended, without a
 * row, and a list of objects has 250.
 */
function success({ headers, url }: http.IncomingMessage, body: string): string {
  if (isInvocation(url)) {
    const lines = body.trim().split("\n");
    return JSON.stringify({ scores: lines.map(() => ({ score: 1 })) });
  }
  if (headers["x-amz-target"] === "secretsmanager.GetSecretValue")
    return JSON.stringify({ SecretString: '{"token":"example"}' });
  const target = String(headers["x-amz-target"] ?? "");
  if (target.startsWith("Comprehend_20171127.Batch")) return analysed(body);
  if (target.startsWith("RedshiftData."))
    return JSON.stringify({ Id: "statement", Status: "FINISHED", Records: [] });
  if (target.endsWith(".DescribeEndpoints"))
    return JSON.stringify({ Endpoints: [{ Address: "127.0.0.1", CachePeriodInMinutes: 1440 }] });
  const prefix = listedPrefix(url ?? "");
  if (prefix !== undefined) return listed(prefix);
  if (!isForm(headers)) return "{}";
  return "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";
}

/** Objects below a prefix, two hours old. */
function listed(prefix: string): string {
  const modified = new Date(Date.now() - 7_200_000).toISOString();
  const objects = Array.from(
    { length: 250 },
    (_, nth) =>
      `<Contents><Key>${prefix}${nth}.gz</Key><LastModified>${modified}</LastModified></Contents>`,
  );
  return `<ListBucketResult>${objects.join("")}</ListBucketResult>`;
}

/** The language and the sentiment of each text of a request. */
function analysed(body: string): string {
  const { TextList } = JSON.parse(body) as { TextList: string[] };
  const one = { Sentiment: "NEUTRAL", Languages: [{ LanguageCode: "en", Score: 1 }] };
  return JSON.stringify({ ResultList: TextList.map((_, Index) => ({ Index, ...one })) });
}
