const MASKS: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  // The port that the embedded server was given.
  [/127\.0\.0\.1:\d{5}\b/g, '127.0.0.1:<port>'],
  // Checksums have letters and digits.
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,64}\b/g, '<checksum>'],
  // Numbers that stand alone: sizes, counts, spans of time, positions in a log.
  [/(?<![^\s(])\d+([.,:]\d+)*(?![^\s,.;)])(?!\.\d)/g, '<number>'],
  [/[ \t]+/g, ' '],
];

const masked = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => MASKS.reduce((left, [pattern, name]) => left.replace(pattern, name), line.trimEnd()));

/**
 * What a command printed and what a page says that it prints, so that they are equal where the page is right:
 * ids, times, checksums and numbers do not count. `...` on the page stands for anything in a line, and for
 * any lines where it stands alone.
 */
export function compared(printed: string, page: string): { printed: string[]; page: string[] } {
  const [actual, expected] = [masked(printed), masked(page)];
  return { printed: fits(actual, expected) ? expected : actual, page: expected };
}

function fits([line, ...lines]: readonly string[], [wanted, ...others]: readonly string[]): boolean {
  if (wanted === undefined) return line === undefined;
  if (wanted === '...')
    return (
      fits(line === undefined ? [] : [line, ...lines], others) ||
      (line !== undefined && fits(lines, [wanted, ...others]))
    );
  return line !== undefined && patternOf(wanted).test(line) && fits(lines, others);
}

const patternOf = (wanted: string): RegExp => new RegExp(`^${wanted.split('...').map(escaped).join('.*')}$`);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
