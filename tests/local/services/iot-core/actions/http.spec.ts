import * as assert from "node:assert/strict";
import * as http from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "../../../../../local/listen";
import { createWorld, type World } from "../world";
import { ruleUnderTest } from "./under-test";

interface Received {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

interface Confirmation {
  arn: string;
  confirmationToken: string;
  enableUrl: string;
  messageType: string;
}

describe("http action", () => {
  let world: World;
  const closers: (() => Promise<void>)[] = [];
  before(async () => (world = await createWorld()));
  after(async () => {
    for (const close of closers) await close();
    await world.end();
  });

  /** A web service; `answer` says with what status, or null to hang up. */
  async function endpoint(answer: () => number | null = () => 200, answerBody = "") {
    const confirmations: Received[] = [];
    const received: Received[] = [];
    const server = http.createServer((request, response) => {
      void text(request).then((body) => {
        const { url: path = "", headers } = request;
        const isConfirmation =
          headers["x-amz-rules-engine-message-type"] === "DestinationConfirmation";
        (isConfirmation ? confirmations : received).push({ path, headers, body });
        const status = isConfirmation ? 200 : answer();
        if (status === null) return request.socket.destroy();
        return response.writeHead(status).end(isConfirmation ? "" : answerBody);
      });
    });
    const { port, close } = await listen(server);
    closers.push(close);
    return {
      url: `http://127.0.0.1:${port}`,
      received,
      confirmations,
      confirm: async (): Promise<void> => {
        const { enableUrl } = JSON.parse(confirmations[0]?.body ?? "{}") as Confirmation;
        assert.equal((await fetch(enableUrl)).status, 200);
      },
    };
  }

  it("sends the endpoint a confirmation request with a token", async () => {
    const { url, confirmations } = await endpoint();
    await ruleUnderTest(world, "SELECT * FROM 'http1'", { https: [{ url: `${url}/in` }] });
    const [asked, ...others] = confirmations;
    assert.deepEqual(others, []);
    const { arn, confirmationToken, ...rest } = JSON.parse(asked?.body ?? "{}") as Confirmation;
    assert.deepEqual(rest, {
      enableUrl: `${world.iot.dataEndpoint}/confirmdestination/${confirmationToken}`,
      messageType: "DestinationConfirmation",
    });
    assert.match(
      arn,
      /^arn:aws:iot:eu-central-1:123456789012:ruledestination\/http\/[0-9a-f-]{36}$/,
    );
    assert.equal(asked?.path, `/in/?confirmationToken=${confirmationToken}`);
    assert.equal(asked?.headers["x-amz-rules-engine-destination-arn"], arn);
  });

  it("sends nothing to an endpoint that has not confirmed", async () => {
    const { url, received } = await endpoint();
    const rule = await ruleUnderTest(world, "SELECT * FROM 'http2'", { https: [{ url }] });
    await world.publish("http2", {});
    assert.deepEqual(received, []);
    const [failure] = await rule.failures();
    assert.deepEqual([failure?.failedAction, failure?.failedResource], ["HttpAction", url]);
    assert.match(failure?.errorMessage ?? "", /There is no enabled destination for http:\/\/127/);
  });

  it("accepts no other token as a confirmation", async () => {
    const { url, received } = await endpoint();
    await ruleUnderTest(world, "SELECT * FROM 'http3'", { https: [{ url }] });
    const answer = await fetch(`${world.iot.dataEndpoint}/confirmdestination/guessed`);
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { message: "The confirmation token is unknown." });
    await world.publish("http3", {});
    assert.deepEqual(received, []);
  });

  it("posts to the URL of its template, with its headers, once the endpoint has confirmed", async () => {
    const { url, received, confirm } = await endpoint();
    const httpHeaders = [
      { key: "X-Device", value: "${topic(2)}" },
      { key: "Content-Type", value: "application/vnd.reading+json" },
    ];
    const action = { url: `${url}/\${topic(2)}`, confirmationUrl: url, httpHeaders };
    await ruleUnderTest(world, "SELECT n FROM 'http4/+'", { https: [action] });
    await confirm();
    await world.publish("http4/sensor-1", { n: 1, m: 2 });
    assert.deepEqual(
      received.map(({ path, body, headers }) => [
        path,
        body,
        headers["x-device"],
        headers["content-type"],
      ]),
      [["/sensor-1", '{"n":1}', "sensor-1", "application/vnd.reading+json"]],
    );
  });

  it("names the type of the payload unless a header does", async () => {
    const { url, received, confirm } = await endpoint();
    await ruleUnderTest(world, "SELECT * FROM 'http5'", { https: [{ url }] });
    await confirm();
    await world.publish("http5", { n: 1 });
    await world.publish("http5", "no JSON");
    assert.deepEqual(
      received.map(({ headers }) => headers["content-type"]),
      ["application/json", "application/octet-stream"],
    );
  });

  it("sends one confirmation request for two rules with the same destination", async () => {
    const { url, confirmations, received, confirm } = await endpoint();
    const action = (path: string) => ({ url: `${url}/${path}`, confirmationUrl: url });
    await ruleUnderTest(world, "SELECT * FROM 'http6'", { https: [action("a"), action("b")] });
    await ruleUnderTest(world, "SELECT * FROM 'http6'", { https: [action("c")] });
    await confirm();
    await world.publish("http6", {});
    assert.equal(confirmations.length, 1);
    assert.deepEqual(received.map(({ path }) => path).sort(), ["/a", "/b", "/c"]);
  });

  const answers: [what: string, statuses: (number | null)[], tries: number, failures: number][] = [
    ["tries again after a fault of the endpoint", [503, 429, 200], 3, 0],
    ["gives up after three tries", [500, 500, 500, 200], 3, 1],
    ["does not repeat what the endpoint refuses", [404, 200], 1, 1],
    ["does not repeat after the connection was closed", [null, 200], 1, 1],
  ];
  for (const [index, [what, statuses, tries, failures]] of answers.entries())
    it(what, async () => {
      const left = [...statuses];
      const { url, received, confirm } = await endpoint(() => left.shift() ?? null);
      const sql = `SELECT * FROM 'http7/${index}'`;
      const rule = await ruleUnderTest(world, sql, { https: [{ url }] });
      await confirm();
      await world.publish(`http7/${index}`, {});
      assert.equal(received.length, tries);
      assert.equal((await rule.failures()).length, failures);
    });

  it("does not retry after a response of more than 16 KiB", async () => {
    const { url, received, confirm } = await endpoint(() => 500, "x".repeat(16_385));
    const rule = await ruleUnderTest(world, "SELECT * FROM 'http8'", { https: [{ url }] });
    await confirm();
    await world.publish("http8", {});
    assert.equal(received.length, 1);
    assert.match(
      (await rule.failures())[0]?.errorMessage ?? "",
      /Status Code: 500; Error Code: HttpError/,
    );
  });

  it("warns when the confirmation is not answered", async () => {
    const { url } = await endpoint();
    await closers.pop()?.();
    const mark = world.traced.length;
    await ruleUnderTest(world, "SELECT * FROM 'http9'", { https: [{ url }] });
    const messages = world.traced
      .slice(mark)
      .flatMap((event) => (event.kind === "warning" ? [event.message] : []));
    assert.equal(messages.length, 1);
    assert.match(
      messages[0] ?? "",
      new RegExp(`^The destination ${url} could not be asked to confirm`),
    );
  });

  const refused: [what: string, settings: object, sentence: RegExp][] = [
    [
      "an endpoint elsewhere",
      { url: "https://www.example.com/in" },
      /'https:\/\/www\.example\.com\/in' is not on this machine/,
    ],
    [
      "a host that only looks like this machine",
      { url: "http://127.0.0.1.example.com/" },
      /is not on this machine/,
    ],
    [
      "a confirmation URL that the URL does not begin with",
      { url: "http://127.0.0.1:1/a", confirmationUrl: "http://127.0.0.1:2" },
      /The url has to begin with the confirmationUrl http:\/\/127\.0\.0\.1:2/,
    ],
    [
      "a template without a confirmation URL",
      { url: "http://127.0.0.1:1/${topic()}" },
      /A url with a template needs a confirmationUrl without one/,
    ],
  ];
  for (const [what, settings, message] of refused)
    it(`is refused with ${what}`, () =>
      assert.rejects(ruleUnderTest(world, "SELECT * FROM 'a'", { https: [settings] }), {
        message,
      }));

  it("does not follow a template to another host", async () => {
    const { url, confirm } = await endpoint();
    const [host = ""] = url.split(/(?=:\d+$)/);
    const action = { url: `${url}\${suffix}`, confirmationUrl: url };
    const rule = await ruleUnderTest(world, "SELECT * FROM 'http10'", { https: [action] });
    await confirm();
    await world.publish("http10", { suffix: "@example.com/" });
    assert.match(
      (await rule.failures())[0]?.errorMessage ?? "",
      new RegExp(`'${host}:\\d+@example.com/' is not on this machine`),
    );
  });
});
