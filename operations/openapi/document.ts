import { toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { createSchemas } from "../../functions/api-to-devices/parameters";
import { averageSchema, problemSchema, readingSchema } from "./answers";

type Entries = Record<string, v.GenericSchema>;
interface Route {
  path: { entries: Entries };
  query: { entries: Entries };
}

const descriptions: Record<string, string> = {
  deviceId: "The device, by the name of its thing.",
  from: "The earliest time, in ms since the epoch, included.",
  to: "The latest time, in ms since the epoch, included.",
  limit: "The most items of a page, 1 to 1000.",
  cursor: "Where to go on: `next` of the page before.",
};

/** Parameters as the schemas that check requests have them, so that the two cannot differ. */
const parametersOf = ({ path, query }: Route) => [
  ...Object.entries(path.entries).map(([name, schema]) => parameter("path", name, schema)),
  ...Object.entries(query.entries).map(([name, schema]) => parameter("query", name, schema)),
];

function parameter(where: "path" | "query", name: string, schema: v.GenericSchema) {
  const { $schema: _dialect, ...given } = toJsonSchema(schema, {
    typeMode: "input",
    errorMode: "ignore",
  });
  return {
    name,
    in: where,
    required: where === "path",
    description: descriptions[name],
    schema: given,
  };
}

const json = (schema: object) => ({ "application/json": { schema } });
const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});
/** HTTP APIs of API Gateway return these themselves, and the responses cannot be changed. */
const byGateway = (description: string) => ({
  description,
  content: json({ type: "object", properties: { message: { type: "string" } } }),
});

const common = {
  "400": problem("The request cannot be answered; every reason is in `errors`."),
  "401": byGateway("There is no valid token."),
  "403": {
    description:
      "The token or the signature does not permit this, or, as a problem, the token names no tenant.",
    content: {
      ...byGateway("").content,
      ...problem("").content,
    },
  },
  "413": problem("The request has a body."),
  "429": byGateway("There are too many requests."),
  "500": problem("Something went wrong inside."),
  "503": problem("Ask again after the seconds in `retry-after`."),
};
const unknownDevice = { "404": problem("No reading is stored for this device.") };
const reading = { $ref: "#/components/schemas/Reading" };
const next = {
  type: "string",
  description: "The cursor of the next page; absent on the last one.",
};

/** The contract of api-to-devices as OpenAPI 3.1. */
export function openApiDocument(version: string) {
  const schemas = createSchemas();
  return {
    openapi: "3.1.0",
    info: {
      title: "Devices",
      version,
      description: "Devices, their newest readings and their histories.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    security: [{ token: [] }],
    paths: {
      "/devices": {
        get: {
          operationId: "listDevices",
          summary: "All devices by their ids, in alphabetical order.",
          parameters: parametersOf(schemas.devices),
          responses: {
            "200": {
              description: "A page of devices.",
              content: json({
                type: "object",
                required: ["devices"],
                additionalProperties: false,
                properties: {
                  devices: {
                    type: "array",
                    items: {
                      type: "object",
                      required: ["deviceId"],
                      additionalProperties: false,
                      properties: { deviceId: { type: "string" } },
                    },
                  },
                  next,
                },
              }),
            },
            ...common,
          },
        },
      },
      "/devices/{deviceId}": {
        get: {
          operationId: "getDevice",
          summary: "The newest reading of a device.",
          parameters: parametersOf(schemas.device),
          responses: {
            "200": {
              description: "The newest reading.",
              headers: { etag: { schema: { type: "string" } } },
              content: json(reading),
            },
            "304": { description: "The reading of `If-None-Match` is still the newest." },
            ...unknownDevice,
            ...common,
          },
        },
      },
      "/devices/{deviceId}/history": {
        get: {
          operationId: "getHistory",
          summary: "Readings of a device, newest first.",
          parameters: parametersOf(schemas.history),
          responses: {
            "200": {
              description: "A page of readings.",
              content: json({
                type: "object",
                required: ["deviceId", "readings"],
                additionalProperties: false,
                properties: {
                  deviceId: { type: "string" },
                  readings: { type: "array", items: reading },
                  next,
                },
              }),
            },
            ...unknownDevice,
            ...common,
          },
        },
      },
      "/devices/{deviceId}/averages": {
        get: {
          operationId: "getAverages",
          summary: "Averages of a device per minute, newest first; present with iot-to-analytics.",
          parameters: parametersOf(schemas.averages),
          responses: {
            "200": {
              description: "A page of averages.",
              content: json({
                type: "object",
                required: ["deviceId", "averages"],
                additionalProperties: false,
                properties: {
                  deviceId: { type: "string" },
                  averages: { type: "array", items: { $ref: "#/components/schemas/Average" } },
                  next,
                },
              }),
            },
            ...unknownDevice,
            ...common,
          },
        },
      },
    },
    components: {
      schemas: { Reading: readingSchema(), Average: averageSchema, Problem: problemSchema },
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}
