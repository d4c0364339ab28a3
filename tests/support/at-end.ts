const closers: (() => Promise<unknown>)[] = [];

/** Registers what ends something that specs share; it runs once, after the last spec of this process. */
export function atEnd(close: () => Promise<unknown>): void {
  closers.push(close);
}

/** Ends everything that specs of this process share, the newest first; throws the first error after all have been tried. */
export async function endShared(): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closers.splice(0).reverse())
    await close().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
