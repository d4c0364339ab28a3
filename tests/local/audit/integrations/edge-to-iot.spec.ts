import * as assert from "node:assert/strict";
import { createServer } from "node:https";
import { json } from "node:stream/consumers";
import { audit } from "../../../../local/audit/integrations/edge-to-iot";
import type { Evidence, Probe } from "../../../../local/audit/integration-audit";
import { listen } from "../../../../local/listen";
import { createAuthority } from "../../../../local/services/iot-core";
import { createTrace, type Trace } from "../../../../local/trace";
import { createReadingParser } from "../../../../functions/shared/reading-parser";

/** How a front answers a body: the status of a valid one, and of an invalid one. */
interface Front {
  valid: number;
  invalid: number;
  /** How often a valid one arrives. */
  arrivals: number;
}

/** Audits a front that takes what is a reading of its device. */
async function auditOf({ valid, invalid, arrivals }: Front): Promise<Probe> {
  const trace: Trace = createTrace();
  const parse = createReadingParser();
  const authority = await createAuthority();
  const { certificate, privateKey } = await authority.issueServer();
  const server = createServer({ key: privateKey, cert: certificate }, (request, response) => {
    const deviceId = /Bearer d1\.([^.]+)\./.exec(request.headers.authorization ?? "")?.[1] ?? "";
    void json(request)
      .catch(() => undefined)
      .then((body) => {
        const bytes = Buffer.from(JSON.stringify(body) ?? "");
        const payload = bytes.toString("base64");
        const verdict = parse({ deviceId, receivedAt: Date.now(), payload });
        if (!verdict.ok) return response.writeHead(invalid).end("{}");
        const topic = `devices/${deviceId}/telemetry`;
        for (let nth = 0; nth < arrivals; nth++)
          trace.emit({ kind: "published", topic, payload: bytes, clientId: "publisher" });
        return response.writeHead(valid).end(JSON.stringify(verdict.reading));
      });
  });
  const { port, close } = await listen(server);
  try {
    const probe = await audit.probe?.({
      platform: { trace },
      deployment: { distributions: { ca: authority.ca } },
      outputs: { of: { "edge-to-iot": { url: `https://localhost:${port}`, path: "/telemetry" } } },
    } as unknown as Evidence);
    assert.ok(probe);
    return probe;
  } finally {
    await close();
  }
}

describe("The audit of edge-to-iot", () => {
  it("passes where each valid reading arrives once and each invalid one is refused", async () => {
    const { passed, row, sentence } = await auditOf({ valid: 202, invalid: 400, arrivals: 1 });
    assert.ok(passed, sentence);
    assert.deepEqual([row.published, row.stored + row.quarantined, row.rest], [100, 100, 0]);
    assert.ok(row.stored > 80 && row.quarantined > 0, sentence);
    assert.match(
      sentence,
      /^edge-to-iot: 100 readings posted over HTTPS, \d+ arrived over MQTT once, \d+ invalid ones refused with a 4xx; none lost\.$/,
    );
  });

  const wrong: [string, Front, RegExp][] = [
    [
      "are lost",
      { valid: 202, invalid: 400, arrivals: 0 },
      /wrong: device-\d\d#\d+ arrived 0 times/,
    ],
    ["arrive twice", { valid: 202, invalid: 400, arrivals: 2 }, /arrived 2 times/],
    ["are refused", { valid: 503, invalid: 400, arrivals: 0 }, /was answered with 503/],
    [
      "pass although they are invalid",
      { valid: 202, invalid: 202, arrivals: 1 },
      /invalid, [a-z -]+ of .* was answered with 202/i,
    ],
    [
      "are answered as if the front failed",
      { valid: 202, invalid: 502, arrivals: 1 },
      /was answered with 502/,
    ],
  ];
  for (const [what, front, sentence] of wrong)
    it(`fails where readings ${what}`, async () => {
      const { passed, row, ...said } = await auditOf(front);
      assert.equal(passed, false);
      assert.ok(row.rest > 0);
      assert.match(said.sentence, sentence);
    });
});
