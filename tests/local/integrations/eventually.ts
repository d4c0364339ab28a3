/** Looks until there is something to see; what a look answers false or undefined for is not there yet. */
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

/** The one thing there is, or none yet; more than one is one too many. */
export function one<T>(things: T[]): T | undefined {
  if (things.length > 1) throw new Error(`${things.length} where one is expected.`);
  return things[0];
}
