/**
 * Derives a value from an object that does not change, such as a stack or a place, at the first request and caches it. The inputs that are
 * not known yet are recorded at the first request only; a rule that has recorded an input once does not record it again.
 */
export function once<K extends object, T>(derive: (of: K) => T): (of: K) => T {
  const derived = new WeakMap<K, { value: T }>();
  return (of) => {
    let found = derived.get(of);
    if (!found) {
      found = { value: derive(of) };
      derived.set(of, found);
    }
    return found.value;
  };
}
