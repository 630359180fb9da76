import type { Fault } from '../fault';
import { playRow } from '../play-row';
import type { BugRow, Row } from '../report/row';
import { UNPLANTABLE } from './planting';
import type { Provocation } from './provocations';

const PRELOAD = 'dist/test/faults/planted-bugs/plant.js';
/**
 * A bug that shows in two of three trials is then missed once in some thousand runs. Only one that does not
 * show takes them all.
 */
const MOST_TRIALS = 8;
/** What a planted bug leaves behind never comes to rest; but a slow machine must not be taken for a bug. */
const QUIET_MS = 6_000;

/**
 * Plays the application with the bug in it until an invariant that it breaks is violated, or the trials that
 * it may take are over.
 */
export async function lookForBug({ bug, by, breaks, setUp }: Provocation, seed: number): Promise<BugRow> {
  const { settings, preload = [], ...host } = by.host ?? {};
  const fault: Fault = {
    ...by,
    name: `planted-bug:${bug.name}`,
    sentence: bug.sentence,
    // Last, so that what it does to a handler is done around what others do to it.
    host: {
      ...host,
      settings: { ...settings, NODE_ENV: 'test', PLANTED_BUG: bug.name },
      preload: [...preload, PRELOAD],
    },
  };
  let planted = true;
  const catching = ({ failures }: Row): Row['failures'][number]['violations'] =>
    failures.flatMap(({ violations }) => violations.filter(({ invariant }) => breaks.includes(invariant)));
  const row = await playRow({
    fault,
    setUp,
    trials: MOST_TRIALS,
    seed,
    quietMs: QUIET_MS,
    onTrial: (soFar, stage) => {
      planted = !`${stage?.lastWords} ${soFar.failures
        .at(-1)
        ?.violations.map(({ what }) => what)
        .join(' ')}`.includes(UNPLANTABLE);
      return planted && catching(soFar).length === 0;
    },
  });
  const caught = planted ? catching(row) : [];
  return {
    bug: bug.name,
    trials: row.trials,
    caughtBy: [...new Set(caught.map(({ invariant }) => invariant))],
    because:
      (caught.length > 0 ? caught : row.failures.flatMap(({ violations }) => violations))[0]?.what ??
      'nothing was violated',
  };
}
