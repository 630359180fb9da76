import type { Machine } from '../harness/machine';
import type { Outcome, Table } from '../harness/outcome';
import type { Page } from '../harness/page';
import type { Chapter, RunReport } from '../harness/run-report';
import { cellOf } from './cell';
import { withUnit } from './verdict-text';

/** What a figure that is a median looks like, said once for all tables. */
const READING =
  'Figures are medians over the rounds, with the least and the most behind them; faults are the most of any round.';

/** The page about a run. `pictureOf` names the file of a table's plot, seen from the page. */
export function pageOf(
  report: RunReport,
  page: Page,
  pictureOf: (table: Table) => string | undefined,
): string {
  const { chapters, machine } = report;
  return [
    `# ${page.title}`,
    `<!-- Written by \`${commandOf(page.option)}\`; what is changed here by hand is lost at the next run. -->`,
    howItWasMeasured(report, page),
    '## What was to be reached',
    verdictTable(chapters),
    ...chapters.map((chapter) => chapterOf(chapter, pictureOf)),
    '## The machine',
    machineTable(machine, page),
    'Do not compare these figures with those of another machine, nor of another run: only what was measured side by side.',
  ]
    .join('\n\n')
    .concat('\n');
}

const commandOf = (...options: string[]): string =>
  ['npm run bench', options.filter(Boolean).join(' ')].filter(Boolean).join(' -- ');

function howItWasMeasured(report: RunReport, page: Page): string {
  const { startedAt, commit, rounds, full, durationSeconds } = report;
  const when = `on ${startedAt.slice(0, 10)}${commit ? `, at commit \`${commit}\`` : ''}`;
  const command = commandOf(
    page.option,
    rounds === page.rounds ? '' : `--rounds ${rounds}`,
    full ? '--full' : '',
  );
  return `Measured ${when}, in ${Math.round(durationSeconds / 60)} minutes, by \`${command}\`: ${page.about(report)} ${READING}`;
}

function verdictTable(chapters: readonly Chapter[]): string {
  const rows = chapters.flatMap(({ outcome }) =>
    outcome.verdicts.map((verdict) => [
      verdict.goal,
      withUnit(verdict.wanted, verdict),
      withUnit(verdict.measured, verdict),
      verdict.reached ? '✓ reached' : '✗ not reached',
    ]),
  );
  return markdownTable(['', 'wanted', 'measured', ''], rows);
}

function chapterOf(
  { title, about, outcome }: Chapter,
  pictureOf: (table: Table) => string | undefined,
): string {
  return [
    `## ${title}`,
    about,
    ...outcome.tables.map((table) => tableOf(table, title, pictureOf(table))),
    notesOf(outcome),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function tableOf({ title, columns, rows }: Table, chapter: string, picture: string | undefined): string {
  const headings = ['', ...columns.map(({ title: name, unit }) => (unit ? `${name} (${unit})` : name))];
  const lines = rows.map((row) => [
    [row.contestant, row.variant].filter(Boolean).join(', '),
    ...columns.map((column) => cellOf(column, row.figures[column.key])),
  ]);
  const heading = title === chapter ? '' : `### ${title}`;
  return [heading, markdownTable(headings, lines), picture && `![${title}](${picture})`]
    .filter(Boolean)
    .join('\n\n');
}

const notesOf = ({ notes }: Outcome): string => notes.map((note) => `- ${note}`).join('\n');

function machineTable(machine: Machine, { hasContestants }: Page): string {
  const { processor, cores, memoryGb, system, node, postgres, postgresSettings, commitMs, packages } =
    machine;
  const settings = Object.entries(postgresSettings).map(([name, value]) => `${name} ${value}`);
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return markdownTable(
    ['', ''],
    [
      ['processor', `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}`],
      ['memory', `${memoryGb} GB`],
      ['system', system],
      ['Node', node],
      ['database', `${postgres}; ${settings.join(', ')}`],
      ['a commit, alone', `${commitMs.toFixed(2)} ms`],
      ...(hasContestants ? [['contestants', versions.join(', ')]] : []),
    ],
  );
}

function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(headings),
    line(headings.map((heading) => (heading === '' ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n');
}
