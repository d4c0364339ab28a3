import * as fs from "node:fs";
import * as path from "node:path";
import { type IotCore, writeCredentials } from "../services/iot-core";

export interface VisitorArgs {
  iotCore: Pick<IotCore, "addThing" | "mqttUrl">;
  /** Below `.local`; it is made, and removed when the visitor leaves. */
  folder: string;
  /** The policy that the program has for devices. */
  policyName: string;
  topicPrefix: string;
}

/** A thing for users who publish with their own MQTT client; the audit ignores its messages. */
export interface Visitor {
  /** How to publish as the visitor, as a command. */
  command: string;
  leave(): void;
}

const name = "visitor";

/** Registers the visitor, and writes its certificate and key to files, readable by their owner only. */
export async function admitVisitor(args: VisitorArgs): Promise<Visitor> {
  const { iotCore, folder, policyName, topicPrefix } = args;
  await writeCredentials(folder, await iotCore.addThing(name, [policyName]));
  const file = (base: string): string => path.relative(process.cwd(), path.join(folder, base));
  const words = [
    `mosquitto_pub -h 127.0.0.1 -p ${new URL(iotCore.mqttUrl).port} -i ${name} -q 1`,
    `--cafile ${file("ca.pem")} --cert ${file("certificate.pem")} --key ${file("private-key.pem")}`,
    `-t ${topicPrefix}/${name}/telemetry -m '{…}'`,
  ];
  return {
    command: words.join(" "),
    leave: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}
