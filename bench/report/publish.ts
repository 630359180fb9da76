import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Table } from '../harness/outcome';
import type { RunReport } from '../harness/run-report';
import { pageOf } from './page';
import { drawTable } from './plot';

const PICTURES = 'benchmarks';

/** Writes `benchmarks.md` and its pictures into a folder, and removes the pictures of the run before. */
export async function publish(report: RunReport, folder: string): Promise<void> {
  const pictures = join(folder, PICTURES);
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  const drawn = new Set<Table>();
  for (const table of report.chapters.flatMap(({ outcome }) => outcome.tables)) {
    const svg = await drawTable(table);
    if (svg === undefined) continue;
    await writeFile(join(pictures, `${table.id}.svg`), `${svg}\n`);
    drawn.add(table);
  }
  const page = pageOf(report, (table) => (drawn.has(table) ? `${PICTURES}/${table.id}.svg` : undefined));
  await writeFile(join(folder, 'benchmarks.md'), page);
}
