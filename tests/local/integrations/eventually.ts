/** Polls until the result is neither false nor undefined. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | false | undefined> | T | false | undefined,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}.`);
    await new Promise((later) => setTimeout(later, 25));
  }
}

/** The only item, or undefined; throws if there are more. */
export function one<T>(things: T[]): T | undefined {
  if (things.length > 1) throw new Error(`${things.length} where one is expected.`);
  return things[0];
}
