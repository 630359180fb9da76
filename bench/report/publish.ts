import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Table } from '../harness/outcome';
import type { Page } from '../harness/page';
import type { RunReport } from '../harness/run-report';
import { pageOf } from './page';
import { drawTable } from './plot';

/** Writes a page and its pictures into a folder, and removes the pictures of the run before. */
export async function publish(report: RunReport, page: Page, folder: string): Promise<void> {
  const pictures = join(folder, page.name);
  await rm(pictures, { recursive: true, force: true });
  const drawn = new Set<Table>();
  for (const table of report.chapters.flatMap(({ outcome }) => outcome.tables)) {
    const svg = await drawTable(table);
    if (svg === undefined) continue;
    await mkdir(pictures, { recursive: true });
    await writeFile(join(pictures, `${table.id}.svg`), `${svg}\n`);
    drawn.add(table);
  }
  const text = pageOf(report, page, (table) => (drawn.has(table) ? `${page.name}/${table.id}.svg` : undefined));
  await writeFile(join(folder, `${page.name}.md`), text);
}
