import { toJsonSchema } from "@valibot/to-json-schema";
import { createReadingSchema } from "../../reading/schema";

/** A reading as it is answered: what a device may send, and when AWS IoT took it. */
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
      receivedAt: { type: "integer", description: "In ms since the epoch." },
    },
  };
}

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
