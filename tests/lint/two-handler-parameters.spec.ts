import { tryRule } from "./tester";

tryRule("two-handler-parameters", {
  accepts: [
    "export function createHandler(a: A, b: B, c: C) { return async (event: E, context: C) => [1].map((x, y, z) => x); }",
    "export const createHandler = () => async (event: E) => { function inner(a, b, c) { return (d, e, f) => 1; } return inner; };",
    "const createCheck = () => (a, b, c) => 1; export const f = createCheck;",
    "export function readSettings() { return (a, b, c) => 1; }",
    "export function createHandler() { return wrapped; }",
    "export function createHandler(...ports) { return async ({ Records }, context) => { const f = (...all) => all; return f(arguments, Records); }; }",
    "export function createHandler() { return function (event) { return [1].map(function () { return arguments[2]; }); }; }",
    "export function createHandler() { const make = () => make; return make; }",
  ],
  refuses: {
    "export function createHandler() { return async (event, context, callback) => callback(); }": [
      "third",
    ],
    "export function createShaper() { return async (event: E, context?: C, callback = () => {}) => {}; }":
      ["third"],
    "export const createHandler = () => async function (event, context, callback) {};": ["third"],
    "export const createHandler = () => { const handler = (event, context, ...rest) => 1; return handler; };":
      ["third"],
    "export function createHandler() { return handle; function handle(a, b, c, d) {} }": ["third"],
    "export function createHandler() { return async (...all) => all[2](); }": ["third"],
    "export function createHandler() { return function (event) { return arguments[2](null); }; }": [
      "third",
    ],
    "export const createHandler = (() => (a, b, c) => 1) as Factory;": ["third"],
    "const createHandler = () => (a, b, c) => 1; export { createHandler };": ["third"],
    "function make() { return (a, b, { c }) => 1; } export { make as createHandler };": ["third"],
    "export default function createHandler() { return (a, b, [c]) => 1; }": ["third"],
    "export default () => (a, b, c = 1) => 1;": ["third"],
    "export const handler = (event, context, callback) => callback();": ["third"],
    "export async function handler(event, context, callback) {}": ["third"],
    "export function createHandler(s) { return s ? (a, b, c) => 1 : s.x ?? ((a, b, c) => 2); }": [
      "third",
      "third",
    ],
    "export function createHandler() { const all = { handle(a, b, c) {} }; return all.handle; }": [
      "third",
    ],
    "export function createHandler() { let h; { h = (a, b, c) => 1; } return h; }": ["third"],
    "export function createHandler() { return <Handler>((0, (a, b, c) => 1)); }": ["third"],
    "function handle(a, b, c) {} export function createHandler() { return handle; }": ["third"],
    "export function createHandler(s) { if (s) { return ((a, b, c) => 1) as Handler; } return (a) => 1; }":
      ["third"],
  },
});
