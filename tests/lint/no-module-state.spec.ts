import { tryRule } from "./tester";

tryRule("no-module-state", {
  accepts: [
    "export function createHandler() { let count = 0; const seen: string[] = []; return () => { count += 1; seen.push('a'); }; }",
    "const names = ['a', 'b']; export const sorted = () => [...names].sort(); export const first = () => names.map((n) => n)[0];",
    "const defaults = { a: 1 }; export const merged = (given: object) => Object.assign({}, defaults, given);",
    "const totals = { push: 1 }; export function f(totals: string[]) { totals.push('a'); }",
    "const state = { list: [1], n: 0 }; export const f = () => { const { n, ...rest } = state; let sum = n; sum += 1; rest.n = sum; const sorted = state.list.slice(); sorted.sort(); };",
    'import * as array from "./array"; export const f = () => array.sort([1]);',
    "export const f = (process: { a: number }) => { process.a = 1; };",
    "declare let injected: string;",
  ],
  refuses: {
    "let count = 0; export const next = () => count;": ["variable"],
    "export var count = 0;": ["variable"],
    "let last: string; export const f = () => { last = 'a'; };": ["variable", "write"],
    "const cache: Record<string, number> = {}; export const f = (key: string) => { cache[key] = 1; };":
      ["write"],
    "const state = { n: { m: 0 } }; export const f = () => { state.n.m += 1; state!.n.m++; delete (state as any).n; };":
      ["write", "write", "write"],
    "const seen: string[] = []; export const f = () => { seen.push('a'); seen['splice'](0); seen.length = 0; };":
      ["write", "write", "write"],
    "const state = { list: [1] }; export const f = () => { state.list.sort(); state.list?.pop(); };":
      ["write", "write"],
    "const state = { a: 1 }; export const f = () => { [state.a] = [2]; ({ a: state.a } = { a: 3 }); for (state.a of [1]) {} };":
      ["write", "write", "write"],
    "const state = {}; export const f = () => Object.assign(state, { a: 1 });": ["write"],
    "const list: number[] = []; export const f = () => { (<number[]>list).push(1); (list satisfies number[]).push(2); };":
      ["write", "write"],
    "const list: number[] = []; export const f = () => { list.push.call(list, 1); Array.prototype.push.apply(list, [2]); };":
      ["write", "write"],
    "const state: any = {}; export const f = () => { Object['assign'](state, {}); globalThis.Object.assign(state, {}); };":
      ["write", "write"],
    "const state: any = {}, other: any = {}; export const f = (b: boolean) => { (state.a ?? other).c = 1; (b ? state : other).d = 2; };":
      ["write", "write", "write", "write"],
    "const state = { list: [1] }; export const f = () => { const { list } = state; list.push(2); const again = state; again.list.pop(); };":
      ["write", "write"],
    'import * as module from "./state"; export const f = () => module.list.push(1);': ["write"],
    "export const f = () => { globalThis.calls = 1; process.env.CALLS = '1'; };": [
      "write",
      "write",
    ],
    "export function f() { f.calls = 1; }": ["write"],
    'import { state } from "./state"; export const f = () => { state.a = 1; };': ["write"],
    "function f() {} export const g = () => { f = g; };": ["write"],
  },
});
