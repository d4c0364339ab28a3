import { tryRule } from "./tester";

tryRule("two-handler-parameters", {
  accepts: [
    "export function createHandler(a: A, b: B, c: C) { return async (event: E, context: C) => [1].map((x, y, z) => x); }",
    "export const createHandler = () => async (event: E) => { function inner(a, b, c) { return (d, e, f) => 1; } return inner; };",
    "const createCheck = () => (a, b, c) => 1; export const f = createCheck;",
    "export function readSettings() { return (a, b, c) => 1; }",
    "export function createHandler() { return wrapped; }",
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
    "function handle(a, b, c) {} export function createHandler() { return handle; }": ["third"],
    "export function createHandler(s) { if (s) { return ((a, b, c) => 1) as Handler; } return (a) => 1; }":
      ["third"],
  },
});
