import type { CopyMethod } from '../../src/platform/extraction/copy/copy-method';
import type { Direction } from '../../src/platform/extraction/move.cli';

/** One move of shipping, with what the tool said meanwhile. Moments are those of `performance.now()`. */
export interface Move {
  readonly direction: Direction;
  readonly copy: CopyMethod;
  readonly begunAt: number;
  readonly endedAt: number;
  readonly lines: readonly { readonly text: string; readonly at: number }[];
}

export type MoveFigures = Record<'seconds' | 'beforehand' | 'handOver' | 'fenced' | 'rows' | 'megabytes', number>;

/** How a table is reported when all of it was copied. */
const COPIED = /^ {2}\w+: ([\d,]+) rows, ([\d.]+) MB, [\d.]+ s$/;

/** How long a move took and what it copied, as the tool tells it. Times in seconds. */
export function figuresOf({ begunAt, endedAt, lines }: Move): MoveFigures {
  const moment = (said: RegExp): number => {
    const line = lines.find(({ text }) => said.test(text));
    if (!line) throw new Error(`The tool never said ${said}:\n${lines.map(({ text }) => text).join('\n')}`);
    return line.at;
  };
  const copied = lines.flatMap(({ text }) => {
    const found = COPIED.exec(text);
    return found ? [{ rows: Number(found[1].replaceAll(',', '')), megabytes: Number(found[2]) }] : [];
  });
  const letGo = moment(/^let go \.\.\.$/);
  return {
    seconds: (endedAt - begunAt) / 1_000,
    beforehand: (letGo - moment(/^copy beforehand \.\.\.$/)) / 1_000,
    handOver: (moment(/^a process has taken shipping up/) - letGo) / 1_000,
    fenced: (moment(/^shipping lives in .* now$/) - moment(/^fence \.\.\.$/)) / 1_000,
    rows: copied.reduce((sum, { rows }) => sum + rows, 0),
    megabytes: copied.reduce((sum, { megabytes }) => sum + megabytes, 0),
  };
}
