import { tryRule } from "./tester";

tryRule("no-lost-syntax", {
  accepts: [
    'import { a } from "./a"; export enum Status { Ok } export const f = () => a;',
    'export const fail = () => Object.assign(new Error("no"), { name: "Refused" });',
    "export const f = () => { for (const a of [1]) { if (a) continue; break; } };",
    "export const f = (a: Function) => a instanceof Function;",
    "export const f = (o: { require: boolean }) => [o.require, { require: 1 }];",
  ],
  refuses: {
    "class Refused extends Error {}": ["class"],
    "export const f = () => class {};": ["class"],
    'export const f = async () => import("./a");': ["dynamicImport"],
    'export const f = async () => (await import("node:zlib")).gzip;': ["dynamicImport"],
    'export const f = () => require("./a");': ["dynamicImport"],
    'export const f = () => { const load = require; return load("./a"); };': ["dynamicImport"],
    'export const f = () => module.require("./a");': ["dynamicImport"],
    'export const f = () => process.mainModule.require("./a");': ["dynamicImport"],
    'export const f = () => globalThis.require("./a");': ["dynamicImport"],
    'import { createRequire } from "node:module"; export const f = () => createRequire("/a");': [
      "dynamicImport",
    ],
    "export const f = (text: string) => eval(text);": ["evaluation"],
    "export const f = (text: string) => [new Function(text), Function(text)];": [
      "evaluation",
      "evaluation",
    ],
    "export const f = () => { outer: for (;;) break outer; };": ["label"],
    "const enum Status { Ok }": ["constEnum"],
    "export const enum Status { Ok = 'ok' }": ["constEnum"],
    "declare const enum Status { Ok }": ["constEnum"],
  },
});
