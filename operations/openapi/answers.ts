import { toJsonSchema } from "@valibot/to-json-schema";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { createReadingSchema } from "../../reading/schema";

/** A reading as it is answered: what a device may send, with units, and when AWS IoT received it. */
export function readingSchema(): object {
  const { $schema: _dialect, ...schema } = toJsonSchema(createReadingSchema(), {
    errorMode: "ignore",
  });
  return {
    ...schema,
    required: [...(schema.required ?? []), "receivedAt"],
    additionalProperties: false,
    properties: {
      ...schema.properties,
      ...withUnits(schema.properties ?? {}, definition),
      receivedAt: { type: "integer", description: "In ms since the epoch." },
    },
  };
}

/** The schemas of the fields that have a unit, which stands in their descriptions. */
const withUnits = (properties: object, { fields }: Definition): object =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) => {
      const field = fields[name];
      return field && "unit" in field && field.unit !== undefined
        ? [[name, { ...(schema as object), description: `In ${field.unit}.` }]]
        : [];
    }),
  );

/** The result of one window. */
export const averageSchema = {
  type: "object",
  required: [
    "field",
    "windowStart",
    "windowEnd",
    "count",
    "average",
    "minimum",
    "maximum",
    "revision",
  ],
  additionalProperties: false,
  properties: {
    field: { type: "string", description: "The field that is averaged." },
    windowStart: { type: "integer", description: "In ms since the epoch, included." },
    windowEnd: { type: "integer", description: "In ms since the epoch, excluded." },
    count: { type: "integer", minimum: 1, description: "Readings above the threshold." },
    average: { type: "number" },
    minimum: { type: "number" },
    maximum: { type: "number" },
    revision: {
      type: "integer",
      minimum: 1,
      description: "Increases when readings are counted that arrived after the result before.",
    },
    truncated: {
      type: "boolean",
      description: "True if the window had more readings than it holds; then the last are missing.",
    },
  },
};

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  additionalProperties: false,
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["in", "name", "detail"],
        additionalProperties: false,
        properties: {
          in: { enum: ["path", "query"] },
          name: { type: "string" },
          detail: { type: "string" },
        },
      },
    },
  },
};
