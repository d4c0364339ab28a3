import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import { writeAlert } from "../../../functions/shared/alert";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import { page, renewed } from "../../../operations/fields/page";
import { fieldTable } from "../../../operations/fields/table";

const text = fs.readFileSync(page, "utf8");

describe("The page about adapting the fields", () => {
  it("has the table of the fields and the example as the sources have them; if not, npm run docs writes them", async () => {
    assert.equal(text, await renewed(text));
    const example = path.join(__dirname, "../../../examples/vehicle/fields.ts");
    assert.ok(text.includes(`\`\`\`ts\n${fs.readFileSync(example, "utf8")}\`\`\``));
  });

  it("has a message that the example accepts, and the alert that it becomes", () => {
    const message = /```json\n(.*?)```/s.exec(text)?.[1] ?? "";
    const payload = Buffer.from(message).toString("base64");
    const verdict = createReadingParser(vehicle)({
      deviceId: "car-1",
      receivedAt: 1_795_478_400_000,
      payload,
    });
    assert.ok(verdict.ok, JSON.stringify(verdict));
    const { message: texts } = writeAlert(verdict.reading, undefined, vehicle);
    const { email = "" } = JSON.parse(texts) as Record<string, string>;
    const quoted = email.split("\n").map((line) => (line === "" ? "" : `    ${line}`));
    assert.ok(text.includes(`${quoted.join("\n")}\n`));
  });

  it("is rejected without the markers of the generated blocks", () =>
    assert.rejects(renewed("nothing"), {
      message:
        "docs/adapting.md has no block <!-- fields: begin --> … <!-- fields: end -->: put the two comments back.",
    }));

  it("describes the values and the meaning of a field", () => {
    const lines = fieldTable(vehicle).split("\n");
    assert.ok(lines.includes("| `speed` | number | km/h | 0 to 300 | unusual above 130 |"));
    assert.ok(lines.includes("| `fuel` | integer, optional | % | 0 to 100 | unusual below 10 |"));
    const perArea = { type: "number", unit: "W|m²", least: 0, most: 1 } as const;
    assert.match(
      fieldTable({ fields: { flux: perArea }, unknownFields: "ignored" }),
      /^\| `flux` \| number \| W\\\|m² \| 0 to 1 \| {2}\|$/m,
    );
    assert.ok(lines.includes("| `fault` | boolean |  | `true`, `false` | critical: `true` |"));
  });
});
