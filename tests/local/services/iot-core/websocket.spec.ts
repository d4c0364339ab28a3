import * as assert from "node:assert/strict";
import * as tls from "node:tls";
import { once } from "node:events";
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { MqttClient } from "mqtt";
import { assumeRole } from "../../../../local/aws/assume-role";
import type { Credentials } from "../../../../local/aws/clients";
import { createAuthority } from "../../../../local/services/iot-core/certificates";
import { connect, disconnected, identity, nextMessage } from "./devices";
import { signUrl } from "./sign-url";
import { createWorld, nextName, type Statement, type World } from "./world";

const arn = (resource: string): string => `arn:aws:iot:eu-central-1:123456789012:${resource}`;
const allow = (Action: string, resource: string): Statement => ({
  Action,
  Resource: arn(resource),
});

describe("the listener of port 443", () => {
  let world: World;
  let host: string;
  const connected: MqttClient[] = [];
  before(async () => {
    world = await createWorld();
    ({ host } = new URL(world.iot.websocketUrl));
  });
  afterEach(() => Promise.all(connected.splice(0).map((client) => client.endAsync(true))));
  after(() => world.end());

  const iam = (): IAMClient => world.clients.get(IAMClient);

  async function roleSession(roleArn: string): Promise<Credentials> {
    return assumeRole(world.clients, {
      roleArn,
      servicePrincipal: "iot.amazonaws.com",
      sourceArn: arn("rule/any"),
    });
  }

  /** Credentials of a new role, introduced. */
  async function session(
    statements: Statement[],
  ): Promise<{ roleArn: string; credentials: Credentials }> {
    const roleArn = await world.role(statements);
    const credentials = await roleSession(roleArn);
    await world.iot.introduce(credentials);
    return { roleArn, credentials };
  }

  async function browser(
    clientId: string,
    credentials: Credentials,
    now = Date.now(),
  ): Promise<MqttClient> {
    const url = `wss://${host}${await signUrl({ credentials, host, now })}`;
    const wsOptions = { ca: world.credentials.ca };
    return connect(url, clientId, { wsOptions }, (client) => {
      connected.push(client);
      client.on("error", () => undefined);
    });
  }

  const document = (statements: Statement[]): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
    });

  const warnings = (mark: number): string[] =>
    world.traced.slice(mark).flatMap((event) => (event.kind === "warning" ? event.message : []));
  const refusals = (mark: number): string[][] =>
    world.traced
      .slice(mark)
      .flatMap((event) => (event.kind === "refused" ? [[event.action, event.resource]] : []));

  describe("MQTT over WebSocket with a signed URL", () => {
    it("lets a role do what its policies allow", async () => {
      const { credentials } = await session([
        allow("iot:Connect", "client/console"),
        allow("iot:Subscribe", "topicfilter/ws1/*"),
        allow("iot:Receive", "topic/ws1/*"),
        allow("iot:Publish", "topic/ws1/*"),
      ]);
      const client = await browser("console", credentials);
      await client.subscribeAsync("ws1/+", { qos: 1 });
      const message = nextMessage(client);
      await client.publishAsync("ws1/a", "hello", { qos: 1 });
      assert.deepEqual(await message, { topic: "ws1/a", text: "hello" });
    });

    const denied: [
      what: string,
      missing: string,
      resource: string,
      act: (client: MqttClient) => unknown,
    ][] = [
      [
        "publishes",
        "iot:Publish",
        "topic/ws2/a",
        (client) => client.publish("ws2/a", "x", { qos: 1 }),
      ],
      ["subscribes", "iot:Subscribe", "topicfilter/ws2/+", (client) => client.subscribe("ws2/+")],
    ];
    for (const [what, missing, resource, act] of denied)
      it(`is ended when its role ${what} without ${missing}`, async () => {
        const { credentials } = await session([allow("iot:Connect", "client/*")]);
        const client = await browser("console", credentials);
        const mark = world.traced.length;
        const ended = disconnected(client);
        act(client);
        await ended;
        assert.deepEqual(refusals(mark), [[missing, arn(resource)]]);
      });

    it("rejects a role that may not connect with this client id", async () => {
      const { credentials } = await session([allow("iot:Connect", "client/console")]);
      const mark = world.traced.length;
      await assert.rejects(browser("other", credentials), {
        message: "Connection refused: Not authorized",
      });
      assert.deepEqual(refusals(mark), [["iot:Connect", arn("client/other")]]);
    });

    it("delivers nothing that the role of a client may not receive", async () => {
      const { credentials } = await session([
        allow("iot:Connect", "client/*"),
        allow("iot:Subscribe", "topicfilter/*"),
        allow("iot:Receive", "topic/ws3/open"),
      ]);
      const client = await browser("console", credentials);
      await client.subscribeAsync("ws3/+", { qos: 1 });
      const message = nextMessage(client);
      await world.publish("ws3/secret", "x");
      await world.publish("ws3/open", "y");
      assert.deepEqual(await message, { topic: "ws3/open", text: "y" });
    });

    it("evaluates the current policies when a client publishes", async () => {
      const { roleArn, credentials } = await session([
        allow("iot:Connect", "client/*"),
        allow("iot:Publish", "topic/ws4"),
      ]);
      const client = await browser("console", credentials);
      await client.publishAsync("ws4", "x", { qos: 1 });
      await world.allow(roleArn, [allow("iot:Connect", "client/*")]);
      const mark = world.traced.length;
      const ended = disconnected(client);
      client.publish("ws4", "x", { qos: 1 });
      await ended;
      assert.deepEqual(refusals(mark), [["iot:Publish", arn("topic/ws4")]]);
    });

    it("passes its principal to rules and presence events", async () => {
      const { credentials } = await session([
        allow("iot:Connect", "client/*"),
        allow("iot:Publish", "topic/*"),
      ]);
      await world.device.subscribeAsync("$aws/events/presence/connected/teller", { qos: 1 });
      const received = nextMessage(world.device);
      await browser("teller", credentials);
      const { principalIdentifier } = JSON.parse((await received).text) as Record<string, string>;
      assert.match(principalIdentifier ?? "", /^AROA\w+:iot$/);
    });

    it("counts all policies of a user: its own, attached ones, and its groups'", async () => {
      const UserName = nextName("user");
      const GroupName = nextName("group");
      await iam().send(new CreateUserCommand({ UserName }));
      await iam().send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: "own",
          PolicyDocument: document([allow("iot:Connect", "client/${aws:username}")]),
        }),
      );
      const { Policy } = await iam().send(
        new CreatePolicyCommand({
          PolicyName: nextName("policy"),
          PolicyDocument: document([allow("iot:Publish", "topic/ws5/attached")]),
        }),
      );
      await iam().send(new AttachUserPolicyCommand({ UserName, PolicyArn: Policy?.Arn }));
      await iam().send(new CreateGroupCommand({ GroupName }));
      await iam().send(
        new PutGroupPolicyCommand({
          GroupName,
          PolicyName: "group",
          PolicyDocument: document([allow("iot:Publish", "topic/ws5/group")]),
        }),
      );
      await iam().send(new AddUserToGroupCommand({ UserName, GroupName }));
      const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName }));
      const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } =
        AccessKey ?? {};
      await world.iot.introduce({ accessKeyId, secretAccessKey });

      const client = await browser(UserName, { accessKeyId, secretAccessKey });
      await client.publishAsync("ws5/attached", "x", { qos: 1 });
      await client.publishAsync("ws5/group", "x", { qos: 1 });
      const ended = disconnected(client);
      client.publish("ws5/other", "x", { qos: 1 });
      await ended;

      await iam().send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: accessKeyId }));
      await assert.rejects(browser(UserName, { accessKeyId, secretAccessKey }));
    });

    it("lets the account's root do everything", async () => {
      const { root } = world.clients.account;
      await world.iot.introduce(root);
      const client = await browser("root", root);
      await client.publishAsync("ws6", "x", { qos: 1 });
    });

    it("rejects an expired URL", async () => {
      const { credentials } = await session([allow("iot:Connect", "client/*")]);
      const mark = world.traced.length;
      await assert.rejects(browser("console", credentials, Date.now() - 301_000));
      assert.match(
        warnings(mark).join(),
        /^A client was turned away from the WebSocket: The URL has expired/,
      );
    });

    it("rejects an invalid signature", async () => {
      const { credentials } = await session([allow("iot:Connect", "client/*")]);
      const mark = world.traced.length;
      await assert.rejects(browser("console", { ...credentials, secretAccessKey: "guessed" }));
      assert.match(warnings(mark).join(), /The signature of the URL is wrong\.$/);
    });

    it("rejects credentials that were not introduced", async () => {
      const credentials = await roleSession(await world.role([allow("iot:Connect", "client/*")]));
      const mark = world.traced.length;
      await assert.rejects(browser("console", credentials));
      assert.match(warnings(mark).join(), /is not known here; introduce its credentials first\.$/);
    });

    it("rejects the introduction of invalid credentials", async () => {
      await assert.rejects(
        world.iot.introduce({ accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "guessed" }),
      );
    });

    it("rejects a connection without a signature and without a certificate", async () => {
      const mark = world.traced.length;
      await assert.rejects(
        connect(world.iot.websocketUrl, "console", { wsOptions: { ca: world.credentials.ca } }),
      );
      assert.match(warnings(mark).join(), /It has no certificate of this run and no signed URL\.$/);
    });
  });

  describe("MQTT by ALPN", () => {
    const port = (): number => Number(host.split(":")[1]);
    const url = (): string => `mqtts://${host}`;
    const ALPNProtocols = ["x-amzn-mqtt-ca"];

    it("is used with a device that requests it", async () => {
      const options = { ...identity(world.credentials), ALPNProtocols };
      const client = await connect(url(), "sensor-1-alpn", options, (c) => connected.push(c));
      await client.publishAsync("alpn", "x", { qos: 1 });
      assert.equal((client.stream as tls.TLSSocket).alpnProtocol, "x-amzn-mqtt-ca");
    });

    it("is not used with a device that does not request it", async () => {
      await assert.rejects(
        connect(url(), "sensor-1-alpn", identity(world.credentials), (client) => {
          client.on("error", () => undefined);
        }),
      );
    });

    it("is not used with a device without a certificate of this run", async () => {
      const foreign = await (await createAuthority()).issueDevice("sensor-1");
      const { ca } = world.credentials;
      for (const options of [{ ca }, { ...identity(foreign), ca }]) {
        const mark = world.traced.length;
        await assert.rejects(
          connect(url(), "sensor-1-alpn", { ...options, ALPNProtocols }, (client) => {
            client.on("error", () => undefined);
          }),
        );
        assert.match(warnings(mark).join(), /^A client without a certificate of this run/);
      }
    });

    it("is not used under another protocol name", async () => {
      const socket = tls.connect({
        port: port(),
        host: "127.0.0.1",
        ...(identity(world.credentials) as tls.ConnectionOptions),
        ALPNProtocols: ["x-amzn-http-ca"],
      });
      const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
      assert.match(error.message, /no application protocol/);
    });
  });
});
