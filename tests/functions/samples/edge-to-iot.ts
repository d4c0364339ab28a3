import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import type { CloudFrontRequest } from "aws-lambda";
import { issueToken } from "../../../functions/edge-to-iot/device-token";
import { createHandler as createGuard } from "../../../functions/edge-to-iot/guard";
import { postsTable } from "../../../functions/edge-to-iot/posts-table";
import { createHandler } from "../../../functions/edge-to-iot/publisher";
import { readingId } from "../../../functions/shared/reading-id";
import { readingOf } from "../../support/events";
import { requestOf } from "../api-to-devices/requests";
import { edgeEvent } from "../edge-to-iot/edge-request";
import { records, type Measured } from "./measured";
import type { Sample } from "./sample";

/** The API takes no old readings, so this one is of now. */
const now = Date.now();
const reading = readingOf({ timestamp: now });
const key = "the key of the samples, with 32 characters";
const expiresAt = Math.floor(now / 1000) + 3600;
const token = issueToken(key, { deviceId: "pump-7", keyId: "samples", expiresAt });
const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
const body = JSON.stringify(reading);

const posted = edgeEvent({ headers, body: JSON.stringify({ ...reading, firmware: "1.0" }) });
const passedOn = {
  ...(posted.Records[0]?.cf.request as CloudFrontRequest),
  querystring: "",
  headers: {
    ...posted.Records[0]?.cf.request.headers,
    "content-type": [{ key: "Content-Type", value: "application/json" }],
  },
  body: {
    inputTruncated: false,
    action: "replace",
    encoding: "base64",
    data: Buffer.from(body).toString("base64"),
  },
};
const tableName = "iot-integrations-local-edge-to-iot-posts";

export const samples: Record<string, Sample[]> = {
  "edge-to-iot-guard": [
    {
      title: "passes a reading on without what is no field",
      counted: 0,
      event: posted,
      outcome: { answer: passedOn },
      calls: [],
    },
    {
      title: "refuses another method itself",
      counted: 0,
      event: edgeEvent({ method: "GET", headers }),
      outcome: {
        answer: {
          status: "405",
          headers: {
            "content-type": [{ key: "content-type", value: "application/problem+json" }],
            "cache-control": [{ key: "cache-control", value: "no-store" }],
            allow: [{ key: "allow", value: "POST" }],
          },
          bodyEncoding: "text",
          body: JSON.stringify({
            ...{ type: "about:blank", title: "Method Not Allowed", status: 405 },
            detail: "GET is not possible here; POST is.",
          }),
        },
      },
      calls: [],
    },
  ],
  "edge-to-iot-publisher": [
    {
      title: "publishes a reading to the topic of its device",
      event: requestOf({
        ...{ method: "POST", route: "POST /telemetry", path: "/telemetry", body },
        // As the local stack has it.
        headers: { ...headers, "x-origin-secret": "of-this-machine-only-known-to-everybody" },
      }),
      answers: {
        GetSecretValue: { Name: "keys", SecretString: JSON.stringify({ keys: { samples: key } }) },
      },
      outcome: {
        answer: {
          statusCode: 202,
          headers: { "content-type": "application/json", "cache-control": "no-store" },
          body: JSON.stringify({
            ...{ deviceId: "pump-7", timestamp: now, id: readingId(reading), repeated: false },
          }),
        },
      },
      calls: [
        ["GetSecretValue", { SecretId: "iot-integrations-local-edge-to-iot-keys" }],
        ["UpdateItem", { TableName: tableName }],
        ["Publish", {}],
        ["UpdateItem", { TableName: tableName }],
      ],
    },
  ],
};

/** A reading of its own for each request. */
const requests = Array.from({ length: records }, (_, nth) =>
  JSON.stringify({ ...reading, timestamp: now - nth }),
);

/** Publishes by the clients of AWS; the keys are read once per environment, which is no call of a request. */
async function publishAll(): Promise<void> {
  const iot = new IoTDataPlaneClient({});
  const handle = createHandler(
    {
      ...{ topicPrefix: "devices", identity: "token", originDigests: undefined },
      ...{ postsTableName: tableName, keysSecretName: "" },
    },
    {
      publish: async (topic, message) => {
        await iot.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(message) }));
      },
      readKeys: async () => JSON.stringify({ keys: { samples: key } }),
      posts: postsTable(new DynamoDBClient({}), tableName),
      now: () => now,
    },
  );
  for (const text of requests)
    await handle(
      requestOf({
        ...{ method: "POST", route: "POST /telemetry", path: "/telemetry", body: text, headers },
      }),
    );
}

export const measured: Measured = {
  calls: [
    {
      // It waits for nothing but the request.
      what: "readings at the edge",
      of: "edge-to-iot-guard",
      fewest: 0,
      run: async () => {
        const guard = createGuard({ mostBytes: 16_384, identity: "token" }, { now: () => now });
        for (const text of requests) await guard(edgeEvent({ headers, body: text }));
      },
    },
    {
      // A claim, the message and the note that it is published.
      what: "readings behind the edge",
      of: "edge-to-iot-publisher",
      fewest: 3 * records,
      run: publishAll,
    },
  ],
};
