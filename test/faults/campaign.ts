import { concurrently } from '../../src/demo/concurrently';
import { allFaults } from './all-faults';
import type { Arguments } from './arguments';
import type { Fault, SetUp } from './fault';
import { lookForBug } from './planted-bugs/look-for-bug';
import { type Provocation, provocations } from './planted-bugs/provocations';
import { playRow } from './play-row';
import { setUpsOf, trialsOf } from './profiles';
import { Progress } from './report/progress';
import type { BugRow, Failure, Row } from './report/row';
import { clearTemplate } from './stage/template';

export interface Results {
  readonly rows: readonly Row[];
  readonly bugs: readonly BugRow[];
}

/** Rows: a trial waits more than it computes, and what goes on beside it makes its moments less regular. */
const AT_A_TIME = 2;
const MOST_LINES = 12;
const LONGEST_LINE = 400;

const PLANTED_BUGS = 'planted-bugs';
const plantedBug = (name: string): string => `planted-bug:${name}`;

/** Everything that `--only` takes. */
export const playable: readonly string[] = [
  ...allFaults.map(({ name }) => name),
  PLANTED_BUGS,
  ...provocations.map(({ bug }) => plantedBug(bug.name)),
];

/** Goes round the faults in all their set-ups, and then looks for every planted bug. */
export async function playCampaign(asked: Arguments): Promise<Results> {
  const progress = new Progress();
  const rows: Row[] = [];
  const bugs: BugRow[] = [];
  const work = [
    ...chosenRows(asked).map((row, index) => async () => void (rows[index] = await play(row, asked, progress))),
    ...chosenBugs(asked).map((bug, index) => async () => void (bugs[index] = await look(bug, asked, progress))),
  ];
  try {
    await concurrently(work, AT_A_TIME, (each) => each());
    return { rows, bugs };
  } finally {
    await clearTemplate();
  }
}

const chosenRows = ({ profile, only }: Arguments): { fault: Fault; setUp: SetUp }[] =>
  allFaults
    .filter(({ name }) => only.length === 0 || only.includes(name))
    .flatMap((fault) => (only.length === 0 ? setUpsOf(profile, fault) : fault.setUps).map((setUp) => ({ fault, setUp })));

const chosenBugs = ({ profile, only }: Arguments): readonly Provocation[] =>
  provocations.filter(({ bug: { name } }) =>
    only.length === 0 ? profile !== 'quick' : only.includes(PLANTED_BUGS) || only.includes(plantedBug(name)),
  );

async function play(
  { fault, setUp }: { fault: Fault; setUp: SetUp },
  { profile, seed, trials }: Arguments,
  progress: Progress,
): Promise<Row> {
  const ofTrials = trials ?? trialsOf(profile, fault);
  let told = 0;
  const row = await playRow({
    ...{ fault, setUp, seed, trials: ofTrials },
    onTrial: (soFar, stage) => {
      progress.trial(soFar, ofTrials);
      for (; told < soFar.failures.length; told += 1) progress.note(describe(soFar, soFar.failures[told], stage?.lastWords));
    },
  });
  progress.row(row, ofTrials);
  return row;
}

async function look(provocation: Provocation, { seed }: Arguments, progress: Progress): Promise<BugRow> {
  const row = await lookForBug(provocation, seed);
  progress.bug(row);
  return row;
}

function describe({ fault, setUp }: Row, { trial, seed, violations }: Failure, lastWords = ''): string {
  const lines = violations.slice(0, MOST_LINES).map(({ invariant, what }) => `    ${invariant}: ${what.slice(0, LONGEST_LINE)}`);
  const more = violations.length > MOST_LINES ? [`    ... and ${violations.length - MOST_LINES} more`] : [];
  return [`  violated: ${fault}, ${setUp}, trial ${trial} (its own seed ${seed})`, ...lines, ...more, lastWords].join('\n');
}
