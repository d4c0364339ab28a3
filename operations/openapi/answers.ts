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
