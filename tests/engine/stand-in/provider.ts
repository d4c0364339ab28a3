import { main } from "@pulumi/pulumi/provider";
import * as fs from "fs";
fs.appendFileSync("/tmp/standin.log", `start ${process.cwd()} ${process.argv.join(" ")} ${Date.now()}\n`);
const p = {
  version: "7.48.0",
  async check(_u: string, _o: any, news: any) { return { inputs: news, failures: [] }; },
  async diff(_id: string, urn: string, olds: any, news: any) {
    fs.appendFileSync("/tmp/standin.log", `diff ${urn}\n ${JSON.stringify(olds)}\n ${JSON.stringify(news)}\n`);
    const keys = Object.keys(news).filter((k) => JSON.stringify(news[k]) !== JSON.stringify(olds[k]));
    return { changes: keys.length > 0 }; },
  async create(urn: string, inputs: any) {
    const name = inputs.name ?? urn.split("::").pop();
    return { id: name, outs: { ...inputs, id: name, arn: `arn:x:${name}`, name, url: `https://${name}` } }; },
  async update(_id: string, _u: string, olds: any, news: any) { return { outs: { ...olds, ...news } }; },
  async delete() {},
  async invoke(token: string, inputs: any) {
    fs.appendFileSync("/tmp/standin.log", `invoke ${token} ${JSON.stringify(inputs)}\n`);
    const t: any = {
      "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012", arn: "arn:aws:iam::123456789012:root", userId: "x", id: "x" },
      "aws:index/getRegion:getRegion": { name: "eu-central-1", region: "eu-central-1", id: "eu-central-1", endpoint: "", description: "" },
      "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com", id: "aws", reverseDnsPrefix: "com.amazonaws" },
      "aws:iot/getEndpoint:getEndpoint": { endpointAddress: "x-ats.iot.eu-central-1.amazonaws.com", id: "x" },
    };
    return { outputs: t[token] };
  },
};
main(p as any, process.argv.slice(2));
