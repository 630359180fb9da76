import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Table } from '../harness/outcome';
import type { Page } from '../harness/page';
import type { RunReport } from '../harness/run-report';
import { pageOf } from './page';
import { drawTable } from './plot';

/**
 * Writes a page and its pictures into a folder, and removes the pictures of the run before. A run with
 * `--full` has a page of its own, which the usual run, played more often, does not replace; that one's page
 * ends with what only the full run shows.
 */
export async function publish(report: RunReport, page: Page, folder: string): Promise<void> {
  const full = `${page.name}-full`;
  const isFull = report.full && page.grown !== undefined;
  const name = isFull ? full : page.name;
  const pictures = join(folder, name);
  await rm(pictures, { recursive: true, force: true });
  const drawn = new Set<Table>();
  for (const table of report.chapters.flatMap(({ outcome }) => outcome.tables)) {
    const svg = await drawTable(table);
    if (svg === undefined) continue;
    await mkdir(pictures, { recursive: true });
    await writeFile(join(pictures, `${table.id}.svg`), `${svg}\n`);
    drawn.add(table);
  }
  const text = pageOf(report, page, (table) => (drawn.has(table) ? `${name}/${table.id}.svg` : undefined));
  const kept =
    isFull || !page.grown
      ? undefined
      : await readFile(join(folder, `${full}.md`), 'utf8').catch(() => undefined);
  await writeFile(
    join(folder, `${name}.md`),
    kept === undefined ? text : text + lastFullRun(kept, page.grown!.title, `${full}.md`),
  );
}

/** The chapter that a run with `--full` is made for, taken from its page. */
function lastFullRun(page: string, chapter: string, link: string): string {
  const [, measured, commit] = /^Measured on (\S+), at commit `(\w+)`/m.exec(page) ?? [];
  const begin = page.indexOf(`\n## ${chapter}\n`);
  if (begin < 0) return '';
  const [, text] = page.slice(begin).split(/^## .*$/m);
  const when = measured ? ` Measured on ${measured}, at commit \`${commit}\`.` : '';
  return `\n## With ten million messages in the log\n\nOf the last run with \`--full\`; its whole page is [${link}](${link}).${when}\n\n${text.trim()}\n`;
}
