import type { CopyMethod } from '../../src/platform/extraction/copy/copy-method';
import type { Direction } from '../../src/platform/extraction/move.cli';
import { described, type Mover, type MoveRun } from '../../test/support/mover';

/** One move of shipping. */
export interface Move extends Pick<MoveRun, 'begunAt' | 'endedAt' | 'lines'> {
  readonly direction: Direction;
  readonly copy: CopyMethod;
}

export type MoveFigures = Record<
  'seconds' | 'beforehand' | 'handOver' | 'fenced' | 'rows' | 'megabytes',
  number
>;

/** How a table is reported when all of it was copied. */
const COPIED = /^ {2}\w+: ([\d,]+) rows, ([\d.]+) MB, [\d.]+ s$/;

/** Resolves when shipping has moved; throws what the tool said when it has not. `tell` hears its steps. */
export async function move(
  mover: Mover,
  direction: Direction,
  copy: CopyMethod,
  tell: (line: string) => void,
): Promise<Move> {
  const run = await mover.run(direction, { options: ['--copy', copy], onLine: tell });
  if (run.code !== 0) throw new Error(`npm run ${direction} -- shipping ended with ${described(run)}`);
  return { direction, copy, ...run };
}

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
