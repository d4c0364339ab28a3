import { createHash } from "node:crypto";

/** Pseudo-random numbers, the same for the same seed. */
export interface Random {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** From `least` to `most`. */
  between(least: number, most: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
}

/** Hashes of seed and counter: slow for a generator, fast for a load, and the same on every machine. */
export function createRandom(seed: number): Random {
  let blocks = 0;
  let words: number[] = [];
  function next(): number {
    if (words.length === 0) {
      const block = createHash("sha256").update(`${seed}/${blocks++}`).digest();
      words = Array.from({ length: 8 }, (_, index) => block.readUInt32BE(index * 4));
    }
    return (words.shift() ?? 0) / 2 ** 32;
  }
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
  };
}
