import type { Stack } from "./stack";

/** Derives a value from a stack at the first request and caches it. */
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
