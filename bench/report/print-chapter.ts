import { table } from '../../src/platform/cli/table';
import type { Chapter } from '../harness/run-report';
import { cellOf } from './cell';
import { withUnit } from './verdict-text';

/** A chapter for the terminal: its tables, what was to be reached, and its notes. */
export function printChapter({ title, outcome, durationSeconds }: Chapter): void {
  console.log(`\n${title} (${Math.round(durationSeconds)} s)`);
  for (const { title: heading, columns, rows } of outcome.tables) {
    console.log(`\n${heading}`);
    const lines = rows.map((row) => [
      [row.contestant, row.variant].filter(Boolean).join(', '),
      ...columns.map((column) => cellOf(column, row.figures[column.key])),
    ]);
    console.log(
      table(['', ...columns.map(({ title: name, unit }) => (unit ? `${name} (${unit})` : name))], lines).join(
        '\n',
      ),
    );
  }
  for (const verdict of outcome.verdicts) {
    const { goal, wanted, measured, reached } = verdict;
    console.log(
      `${reached ? 'reached    ' : 'NOT reached'} ${goal}: ${withUnit(measured, verdict)}, wanted ${withUnit(wanted, verdict)}`,
    );
  }
  for (const note of outcome.notes) console.log(note);
}
