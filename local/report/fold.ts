/** Folds a line at its spaces into lines of at most `width` characters; those after the first are indented. */
export function fold(line: string, width = Infinity): string[] {
  const indent = "  ";
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    // A word without a space is cut at the width.
    const end = space > indent.length ? space : width;
    lines.push(rest.slice(0, end));
    rest = `${indent}${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest];
}
