/** A text, a number, or a figure with its unit, such as `12 ms`. */
export type Cell = string | number | { figure: string };

/**
 * Lines of aligned columns: numbers and figures to the right, text to the left. The last column is not
 * padded.
 */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => textOf(row[column]).length)),
  );
  const isNumeric = headings.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] !== 'string'),
  );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, column) =>
        isNumeric[column] ? textOf(cell).padStart(widths[column]) : textOf(cell).padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  return [line(headings), ...rows.map(line)];
}

/** One line of at most `length` characters: errors of databases and providers may have many. */
export function short(text: string, length = 100): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

// Control characters in stored text must not reach the terminal.
const textOf = (cell: Cell): string =>
  typeof cell === 'number'
    ? cell.toLocaleString('en-GB')
    : (typeof cell === 'string' ? cell : cell.figure).replace(/\p{Cc}/gu, ' ');
