/** The texts that a list has more than once. */
export const repeatedIn = (list: readonly string[]): string[] =>
  list.filter((one, index) => list.indexOf(one) !== index);
