import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { listFiles } from './source-file';

const ROOT = join(__dirname, '../..');
const pages = [
  join(ROOT, 'README.md'),
  join(ROOT, 'CONTRIBUTING.md'),
  ...['docs', 'src', 'test', 'bench'].flatMap((folder) => listFiles(join(ROOT, folder))),
]
  .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
  .map((file) => ({ name: relative(ROOT, file), file, text: readFileSync(file, 'utf8') }));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Where links of a page lead, as written; those that leave the project are left out. */
const linksOf = (text: string): string[] =>
  [...text.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** The heading as GitHub makes an anchor of it. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe('the pages of the project', () => {
  it('link to files and headings that are there', () => {
    const broken = pages.flatMap(({ name, file, text }) =>
      linksOf(text)
        .filter((link) => {
          const [path, anchor] = link.split('#');
          const target = path === '' ? file : join(dirname(file), path);
          if (!existsSync(target)) return true;
          return (
            anchor !== undefined &&
            target.endsWith('.md') &&
            !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
          );
        })
        .map((link) => `${name}: ${link}`),
    );
    expect(broken).toEqual([]);
    expect(pages.flatMap(({ text }) => linksOf(text)).length).toBeGreaterThan(50);
  });

  it('name npm scripts that are there', () => {
    const named = pages.flatMap(({ name, text }) =>
      [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script]) => ({ name, script })),
    );
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  it('say of every npm script what it is for', () => {
    const { text } = pages.find(({ name }) => name === 'docs/commands.md')!;
    const unmentioned = Object.keys(scripts).filter(
      (script) => !new RegExp(`[\`\\s]${script}\\b`).test(text),
    );
    expect(unmentioned).toEqual([]);
  });

  // A reader who has only this page finds them in the file that it names.
  it.each([
    ['where a parked message is redriven', 'subscriptions/subscription-operations.ts', 'async redrive('],
    ['where a position moves', 'subscriptions/position-store.ts', 'update subscription_positions'],
    ["where a retry's delay comes from", 'kernel/backoff.ts', 'export function backoff('],
    ['where a route finds its process', 'http/forwarding/addresses.ts', 'seamline.address.'],
    ['where a move is fenced', 'extraction/fence/fence.ts', 'async function raiseFence('],
  ])('say %s', (question, file, code) => {
    const { text } = pages.find(({ name }) => name === 'docs/architecture.md')!;
    const row = text.split('\n').find((line) => line.startsWith(`| ${question} |`));
    expect(linksOf(row ?? '').slice(0, 2)).toContain(`../src/platform/${file}`);
    expect(readFileSync(join(ROOT, 'src/platform', file), 'utf8')).toContain(code);
  });
});
