import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globalNames } from "../../lint/global-names";
import { lambdaNode } from "../../local/lambda-node";
import { directory } from "../support/emulator";
import { tryRule } from "./tester";

tryRule("no-global-names", {
  accepts: [
    "export const escapeTag = (text: string) => text;",
    "export function createHandler() { const escape = (text: string) => text; return (fetch: string) => escape(fetch); }",
    "interface Event { id: string } type Request = string; export type { Event, Request };",
    'import type { Event } from "./event"; export type E = Event;',
    'import { type Event } from "./event"; export type E = Event;',
    'import { escape as escapeTag } from "./line-protocol"; export const tag = () => escapeTag;',
    'import { createHmac } from "node:crypto"; export const sign = () => createHmac;',
    "const escapeTag = () => 1; export { escapeTag as escape };",
    "export const writers = { escape: 1, fetch() {} };",
    "declare const fetch: unknown; export const f = () => fetch;",
    'import type Blob = require("./blob"); export type B = Blob;',
  ],
  refuses: {
    "export const escape = (text: string) => text;": ["global"],
    "const isFinite = () => true; export const f = () => isFinite;": ["global"],
    "export function toString() {}": ["global"],
    "function fetch(): void; function fetch(): void {} export const f = fetch;": ["global"],
    'import { escape } from "./line-protocol"; export const tag = () => escape;': ["global"],
    'import { tag as escape } from "./line-protocol"; export const tag = () => escape;': ["global"],
    'import * as navigator from "./map"; export const f = () => navigator.x;': ["global"],
    'import * as crypto from "node:crypto"; export const f = () => crypto.x;': ["global"],
    'import performance from "./performance"; export const f = () => performance;': ["global"],
    'import Buffer = require("buffer"); export const f = () => Buffer;': ["global"],
    "export default function fetch() {}": ["global"],
    "export const EventSource = 1;": ["global"],
    "export class Iterator {}": ["global"],
    "export enum WebSocket { Open }": ["global"],
    "const { structuredClone, inner: { atob }, ...process } = { structuredClone: 1, inner: { atob: 1 } };":
      ["global", "global", "global"],
    "const [escape, unescape = 1] = [1];": ["global", "global"],
    "const constructor = 1, hasOwnProperty = 2, __dirname = 3;": ["global", "global", "global"],
  },
});

const script = require.resolve("./globals.js");

describe("The names that are refused at module level", () => {
  const nodes = {
    "this Node.js": async () => process.execPath,
    "Lambda's Node.js": async () => (await lambdaNode({ directory })).path,
  };
  for (const [which, find] of Object.entries(nodes))
    it(`are all globals of ${which}`, async () => {
      const printed = execFileSync(await find(), [script], { encoding: "utf8" });
      const names = JSON.parse(printed) as string[];
      assert.ok(names.length > 70);
      assert.deepEqual(
        names.filter((name) => !globalNames.has(name)),
        [],
      );
    });

  it("hold globals that only some supported versions have", () => {
    for (const name of ["navigator", "WebSocket", "Iterator", "CloseEvent", "Storage", "escape"])
      assert.ok(globalNames.has(name), name);
  });
});
