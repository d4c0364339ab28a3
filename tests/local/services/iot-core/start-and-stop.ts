import { createClients, type Account } from "../../../../local/aws/clients";
import { startIotCore } from "../../../../local/services/iot-core/iot-core";
import { createTrace } from "../../../../local/trace";
import { connect, identity, openPolicy } from "./devices";
import { signUrl } from "./sign-url";

/** A program that uses all of IoT Core on the account given as its argument, stops it, and has nothing left to do. */
async function main(account: Account, roleArn: string): Promise<void> {
  const clients = createClients(account);
  const iot = await startIotCore({ clients, trace: createTrace() });
  iot.addDevicePolicy(openPolicy);
  await iot.setLogging({ defaultLogLevel: "ERROR", roleArn });
  await iot.addRule({
    name: "start_and_stop",
    enabled: true,
    sql: "SELECT * FROM 'a'",
    sqlVersion: "2016-03-23",
    republishes: [{ topic: "b", roleArn }],
  });
  const credentials = await iot.addThing("sensor-1", ["open"]);
  const options = identity(credentials);
  const byTls = await connect(iot.mqttUrl, "sensor-1", options);
  const byWebSocket = await connect(iot.websocketUrl, "sensor-2", { wsOptions: options });
  await iot.introduce(account.root);
  const { host } = new URL(iot.websocketUrl);
  const path = await signUrl({ credentials: account.root, host, now: Date.now() });
  const bySignature = await connect(`wss://${host}${path}`, "console", {
    wsOptions: { ca: credentials.ca },
  });
  const byAlpn = await connect(`mqtts://${host}`, "sensor-3", {
    ...options,
    ALPNProtocols: ["x-amzn-mqtt-ca"],
    clean: false,
  });
  await bySignature.publishAsync("a", "{}", { qos: 1 });
  await byAlpn.publishAsync("a", "{}", { qos: 1, retain: true });
  await byTls.publishAsync("a", "{}", { qos: 1 });
  await byWebSocket.publishAsync("a", "{}", { qos: 1 });
  await fetch(iot.dataEndpoint);
  await iot.stop();
  clients.destroy();
  byTls.end(true);
  byWebSocket.end(true);
  bySignature.end(true);
  byAlpn.end(true);
}

void main(JSON.parse(process.argv[2] ?? "") as Account, process.argv[3] ?? "");
