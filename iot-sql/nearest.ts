/**
 * The word that a misspelt one most resembles; undefined if it would take more than a third of its
 * letters to be changed, left out, added or swapped with their neighbours.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const most = Math.floor(word.length / 3);
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > most) continue;
    const distance = distanceOf(word, candidate);
    if (distance <= most && distance < (best?.distance ?? Infinity)) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
}

// Damerau's distance, one row of its table after the other.
function distanceOf(left: string, right: string): number {
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  let before = last;
  for (let row = 1; row <= left.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      next[column] = Math.min(
        (last[column] as number) + 1,
        (next[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
        swapped ? (before[column - 2] as number) + 1 : Infinity,
      );
    }
    before = last;
    last = next;
  }
  return last[right.length] as number;
}
