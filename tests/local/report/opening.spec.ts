import * as assert from "node:assert/strict";
import { reportOpening } from "../../../local/report/opening";
import { createProgress } from "../../../local/report/progress";

function opening(differences: boolean, apiUrl?: string): string {
  let text = "";
  reportOpening(createProgress({ write: (more: string) => (text += more) }), {
    platform: {
      doubles: ["Mailboxes are a double."],
      iotCore: { mqttUrl: "mqtts://127.0.0.1:1", websocketUrl: "wss://127.0.0.1:2/mqtt" } as never,
      emulator: { account: { endpoint: "https://127.0.0.1:3" } } as never,
      inbox: { url: "http://127.0.0.1:4" } as never,
    },
    deployment: { notHonoured: ["Queues are not encrypted."] },
    environment: { command: "source .local/env", apiUrl },
    differences,
  });
  return text;
}

const places = `  MQTT        mqtts://127.0.0.1:1 and wss://127.0.0.1:2/mqtt
  AWS APIs    https://127.0.0.1:3
  HTTP API    https://127.0.0.1:5
  Inbox       http://127.0.0.1:4 (mails, text messages, webhooks)
  Your shell  source .local/env
`;

describe("the opening", () => {
  it("names where to publish and to look, and the number of differences from AWS", () => {
    const line = "  2 differences from AWS: npm start -- --differences, docs/local-run.md\n";
    assert.equal(opening(false, "https://127.0.0.1:5"), places + line);
  });

  it("lists the differences on demand", () => {
    assert.equal(
      opening(true, "https://127.0.0.1:5"),
      `${places}\nNot as on AWS:\n  - Mailboxes are a double.\n  - Queues are not encrypted.\n\n`,
    );
  });

  it("names no API where there is none", () => {
    assert.equal(
      opening(false),
      `${places.replace(/ {2}HTTP API.*\n/, "")}  2 differences from AWS: npm start -- --differences, docs/local-run.md\n`,
    );
  });
});
