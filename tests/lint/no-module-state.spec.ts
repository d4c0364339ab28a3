import { tryRule } from "./tester";

tryRule("no-module-state", {
  accepts: [
    "export function createHandler() { let count = 0; const seen: string[] = []; return () => { count += 1; seen.push('a'); }; }",
    "const names = ['a', 'b']; export const sorted = () => [...names].sort(); export const first = () => names.map((n) => n)[0];",
    "const defaults = { a: 1 }; export const merged = (given: object) => Object.assign({}, defaults, given);",
    "const totals = { push: 1 }; export function f(totals: string[]) { totals.push('a'); }",
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
    "export function f() { f.calls = 1; }": ["write"],
    'import { state } from "./state"; export const f = () => { state.a = 1; };': ["write"],
    "function f() {} export const g = () => { f = g; };": ["write"],
  },
});
