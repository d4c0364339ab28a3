/** A list of numbers that grows, in the bytes of its kind for each: for what is kept of every message. */
export interface NumberList {
  readonly length: number;
  push(value: number): void;
  at(index: number): number;
  set(index: number, value: number): void;
}

/** The numbers that are allocated at a time. */
const chunk = 4096;

/** Keeps integers up to 4,294,967,295 in four bytes, or any number in eight. */
export function createNumberList(kind: "integer" | "any"): NumberList {
  const Chunk = kind === "integer" ? Uint32Array : Float64Array;
  const chunks: (Uint32Array | Float64Array)[] = [];
  let length = 0;
  const of = (index: number): Uint32Array | Float64Array => {
    const found = chunks[Math.floor(index / chunk)];
    if (!found || index >= length) throw new RangeError(`There is no number ${index}.`);
    return found;
  };
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === chunks.length * chunk) chunks.push(new Chunk(chunk));
      length += 1;
      of(length - 1)[(length - 1) % chunk] = value;
    },
    at: (index) => of(index)[index % chunk] ?? NaN,
    set(index, value) {
      of(index)[index % chunk] = value;
    },
  };
}

/** Gives each distinct text a number, from 0, so that a text that many messages share is kept once. */
export interface TextNumbers {
  numberOf(text: string): number;
  textOf(number: number): string;
}

export function createTextNumbers(): TextNumbers {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  return {
    numberOf(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, texts.length);
      return texts.push(text) - 1;
    },
    textOf: (number) => texts[number] ?? "",
  };
}
