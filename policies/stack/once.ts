import type { Stack } from "./stack";

/** Derives something from a stack when it is first asked for, and once only. */
export function once<T>(derive: (stack: Stack) => T): (stack: Stack) => T {
  const derived = new WeakMap<Stack, { value: T }>();
  return (stack) => {
    let found = derived.get(stack);
    if (!found) {
      found = { value: derive(stack) };
      derived.set(stack, found);
    }
    return found.value;
  };
}
