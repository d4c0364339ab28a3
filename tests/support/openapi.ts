import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

interface Media {
  schema: object;
}
interface Operation {
  responses: Record<string, { content?: Record<string, Media> }>;
}
export interface OpenApi {
  paths: Record<string, { get: Operation }>;
  components: { schemas: Record<string, object> };
}

/** The contract as it is published. */
export const contract = JSON.parse(
  fs.readFileSync(path.join(__dirname, "../../docs/api/openapi.json"), "utf8"),
) as OpenApi;

const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ $id: "contract", ...contract });

/** Fails unless the contract has this answer for this path: its status, its type, and every field of it. */
export function assertInContract(
  route: string,
  { status, type, json }: { status: number; type?: string; json?: unknown },
): void {
  const answer = contract.paths[route]?.get.responses[String(status)];
  assert.ok(answer, `The contract has no ${status} for ${route}.`);
  if (!answer.content) return assert.equal(json, undefined, `${status} has no body.`);
  const media = type === undefined ? undefined : answer.content[type];
  assert.ok(media, `The contract has no ${String(type)} for ${status} of ${route}.`);
  const pointer = ["paths", route, "get", "responses", String(status), "content", type, "schema"]
    .map((part) => encodeURIComponent(String(part).replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");
  const validate = ajv.getSchema(`contract#/${pointer}`) as ValidateFunction;
  assert.ok(validate(json), ajv.errorsText(validate.errors));
}
