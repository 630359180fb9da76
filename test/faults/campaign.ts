import { natsBinary } from '../support/nats-server';
import { type Arguments, WrongUse } from './arguments';
import { type CatalogueRow, catalogue } from './catalogue';
import { playInTurns } from './in-turns';
import { lookForBug } from './planted-bugs/look-for-bug';
import { type Provocation, provocations } from './planted-bugs/provocations';
import { measureSpeed } from './patience/machine-speed';
import { playRow } from './play-row';
import { Progress } from './report/progress';
import type { BugRow, Failure, Row } from './report/row';
import { isApart } from './set-ups';
import { besideEachOther, SharedStages } from './shared-stages';
import { stopClusters } from './stage/shared-clusters';
import { clearTemplate } from './stage/template';

export interface Results {
  readonly rows: readonly Row[];
  readonly bugs: readonly BugRow[];
}

const MOST_LINES = 12;
const LONGEST_LINE = 400;

const PLANTED_BUGS = 'planted-bugs';
const plantedBug = (name: string): string => `planted-bug:${name}`;

/** Everything that `--only` takes. */
export const playable: readonly string[] = [
  ...new Set(catalogue.map(({ fault: { name } }) => name)),
  PLANTED_BUGS,
  ...provocations.map(({ bug }) => plantedBug(bug.name)),
];

/** Goes round the faults in all their set-ups, and then looks for every planted bug. */
export async function playCampaign(asked: Arguments): Promise<Results> {
  const progress = new Progress();
  const rows: Row[] = [];
  const bugs: BugRow[] = [];
  const [chosen, provoked] = [chosenRows(asked), chosenBugs(asked)];
  requireBroker([...chosen, ...provoked]);
  const stopMeasuring = measureSpeed();
  const stages = new SharedStages(chosen);
  try {
    await playInTurns([
      ...besideEachOther(chosen).map((row) => ({
        waits: row.fault.waits === true,
        play: async () => void (rows[chosen.indexOf(row)] = await play(row, asked, stages, progress)),
      })),
      // A planted bug shows when the patience with it has ended.
      ...provoked.map((bug, index) => ({
        waits: true,
        play: async () => void (bugs[index] = await look(bug, asked, progress)),
      })),
    ]);
    return { rows, bugs };
  } finally {
    await stopMeasuring();
    await stages.clear();
    await clearTemplate();
    await stopClusters();
  }
}

function requireBroker(chosen: readonly Pick<CatalogueRow, 'setUp'>[]): void {
  if (!natsBinary() && chosen.some(({ setUp }) => isApart(setUp)))
    throw new WrongUse(
      'Some of this is about modules in processes of their own, which talk over a NATS server, and there is none here. ' +
        'Install it with npm run nats:install, name your own with NATS_SERVER, or choose other set-ups with --set-up.',
    );
}

const chosenRows = ({ profile, only, setUps }: Arguments): CatalogueRow[] =>
  catalogue.filter(
    ({ fault: { name }, setUp, trials }) =>
      (only.length === 0 ? trials[profile] > 0 : only.includes(name)) &&
      (setUps.length === 0 || setUps.includes(setUp)),
  );

const chosenBugs = ({ profile, only, setUps }: Arguments): readonly Provocation[] =>
  provocations.filter(
    ({ bug: { name }, setUp }) =>
      (only.length === 0
        ? profile !== 'quick'
        : only.includes(PLANTED_BUGS) || only.includes(plantedBug(name))) &&
      (setUps.length === 0 || setUps.includes(setUp)),
  );

async function play(
  { fault, setUp, trials }: CatalogueRow,
  asked: Arguments,
  stages: SharedStages,
  progress: Progress,
): Promise<Row> {
  // Chosen by name, a row is played although the profile leaves it out.
  const ofTrials = asked.trials ?? Math.max(1, trials[asked.profile]);
  let told = 0;
  const row = await playRow({
    fault,
    setUp,
    seed: asked.seed,
    trials: ofTrials,
    stages,
    onTrial: (soFar, stage) => {
      progress.trial(soFar, ofTrials);
      for (; told < soFar.failures.length; told += 1)
        progress.note(describe(soFar, soFar.failures[told], stage?.lastWords));
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

function describe(
  { fault, setUp }: Row,
  { trial, seed, violations, evidence }: Failure,
  lastWords = '',
): string {
  const lines = violations
    .slice(0, MOST_LINES)
    .map(({ invariant, what }) => `    ${invariant}: ${what.slice(0, LONGEST_LINE)}`);
  const more = violations.length > MOST_LINES ? [`    ... and ${violations.length - MOST_LINES} more`] : [];
  return [
    `  violated: ${fault}, ${setUp}, trial ${trial} (its own seed ${seed})`,
    ...lines,
    ...more,
    ...evidence,
    lastWords,
  ].join('\n');
}
