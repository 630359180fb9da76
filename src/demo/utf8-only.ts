import { isUtf8 } from 'node:buffer';
import { DemoError } from './demo-error';

const LINE_END = 0x0a;

/**
 * Passes a file's bytes on, whole lines at a time. Throws a {@link DemoError} with the first line that is no
 * UTF-8.
 */
export async function* utf8Only(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let line = 1;
  let rest = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LINE_END) + 1;
    rest = bytes.subarray(end);
    if (end === 0) continue;
    line = checked(bytes.subarray(0, end), line);
    yield bytes.subarray(0, end);
  }
  checked(rest, line);
  if (rest.length > 0) yield rest;
}

/** The number of the line behind these. */
function checked(lines: Buffer, first: number): number {
  let line = first;
  const isWhole = isUtf8(lines);
  for (
    let from = 0, end = lines.indexOf(LINE_END);
    end >= 0;
    from = end + 1, end = lines.indexOf(LINE_END, from)
  ) {
    if (!isWhole && !isUtf8(lines.subarray(from, end))) break;
    line += 1;
  }
  if (isWhole) return line;
  throw new DemoError(
    `line ${line}: holds bytes that are no UTF-8. Save the file as UTF-8, for example with: iconv -f LATIN1 -t UTF-8`,
  );
}
