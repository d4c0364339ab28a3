import { tryRule } from "./tester";

const imports =
  'import { createHandler, readSettings } from "../functions/a"; import * as starter from "../functions/b";';
const made = (factory: string): string =>
  `${imports} export const make = (args) => new LambdaConsumer("a", { callbackFactory: ${factory} });`;

tryRule("callback-factory", {
  accepts: [
    made("() => createHandler(readSettings())"),
    made("() => starter.createHandler(starter.readSettings())"),
    'import type { CallbackFunction } from "@pulumi/aws/lambda"; export type F = CallbackFunction;',
    "interface Args { callbackFactory: () => unknown } export const f = ({ callbackFactory }: Args) => callbackFactory;",
  ],
  refuses: {
    [made("() => createHandler(args)")]: ["shape"],
    [made("() => createHandler({ ...readSettings(), key: args.cursorKey })")]: ["shape"],
    [made("() => createHandler(readSettings(args.env))")]: ["shape"],
    [made("() => createHandler(readSettings(), ports)")]: ["shape"],
    [made("() => createHandler()")]: ["shape"],
    [made("() => { return createHandler(readSettings()); }")]: ["shape"],
    [made("async () => createHandler(readSettings())")]: ["shape"],
    [made("function () { return createHandler(readSettings()); }")]: ["shape"],
    [made("(args) => createHandler(readSettings())")]: ["shape"],
    [made("() => args.create(readSettings())")]: ["shape"],
    [made("() => starter['createHandler'](starter.readSettings())")]: ["shape"],
    [made("() => async (event) => createHandler(readSettings())(event)")]: ["shape"],
    [made("args.callbackFactory")]: ["shape"],
    [made("createHandler")]: ["shape"],
    "const create = () => 1, read = () => 1; const a = { callbackFactory: () => create(read()) };":
      ["shape"],
    'import { create, read } from "some-package"; const a = { callbackFactory: () => create(read()) };':
      ["shape"],
    "export const make = (callbackFactory) => f({ callbackFactory });": ["shape"],
    "export const make = (x) => f({ callbackFactory() { return x; } });": ["shape"],
    "export const make = (x) => f({ ['callbackFactory']: () => x });": ["shape"],
    "export const make = (x) => { x.callbackFactory = () => x; };": ["shape"],
    [made("() => createHandler.call(readSettings())")]: ["shape"],
    [made("() => starter.a.createHandler(starter.readSettings())")]: ["shape"],
    "export const make = (x) => f({ [`callbackFactory`]: () => x });": ["shape"],
    'import * as aws from "@pulumi/aws"; const F = aws.lambda.CallbackFunction; new F("a", {});': [
      "direct",
    ],
    'import * as aws from "@pulumi/aws"; const { CallbackFunction: F } = aws.lambda; new F("a", {});':
      ["direct"],
    'import { CallbackFunction as F } from "@pulumi/aws/lambda"; new F("a", {});': ["direct"],
    "export const make = (queue) => queue.onEvent('a', async () => 1);": ["direct"],
    "export const make = (x) => pulumi.runtime.serializeFunction(() => x);": ["direct"],
    'import * as aws from "@pulumi/aws"; new aws.lambda.CallbackFunction("a", { callback: async () => 1 });':
      ["direct"],
  },
});
