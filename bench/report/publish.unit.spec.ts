import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '../harness/page';
import type { RunReport } from '../harness/run-report';
import { publish } from './publish';

const chapter = (title: string, cell: number) => ({
  name: title,
  title,
  about: `about ${title}`,
  durationSeconds: 1,
  outcome: {
    tables: [
      { id: title, title, columns: [{ key: 'rate', title: 'rate', unit: '/s', show: 'median' }], rows: [] },
    ],
    verdicts: [],
    notes: [`saw ${cell}`],
  },
});

const report = (full: boolean, seen: number): RunReport =>
  ({
    startedAt: '2026-01-02T03:04:05Z',
    commit: 'abcdef',
    machine: {
      cores: 2,
      memoryGb: 1,
      commitMs: 1,
      system: '',
      node: '',
      postgres: '',
      postgresSettings: {},
      packages: {},
    },
    rounds: 5,
    seconds: 10,
    full,
    durationSeconds: 60,
    chapters: [chapter('Draining', seen), chapter('Growing', seen)],
  }) as unknown as RunReport;

const page = (grown: boolean): Page =>
  ({
    name: 'figures',
    title: 'Figures',
    option: '',
    about: () => 'somehow.',
    rounds: 5,
    hasContestants: true,
    scenarios: [],
    grown: grown ? { title: 'Growing' } : undefined,
  }) as unknown as Page;

describe('Publishing a run', () => {
  let folder: string;
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'seamline-pages-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps what only a full run shows, however often the usual one is played', async () => {
    await publish(report(true, 10_000_000), page(true), folder);
    await publish(report(false, 1), page(true), folder);
    await publish(report(false, 2), page(true), folder);
    expect(await read('figures-full.md')).toContain('saw 10000000');
    const text = await read('figures.md');
    expect(text.match(/saw \d+/g)).toEqual(['saw 2', 'saw 2', 'saw 10000000']);
    expect(text).toContain(
      '[figures-full.md](figures-full.md). Measured on 2026-01-02, at commit `abcdef`.\n\nabout Growing',
    );
  });

  it('says nothing of a full run that was never played, or that says nothing of what grows', async () => {
    await publish(report(false, 1), page(true), folder);
    expect(await read('figures.md')).not.toContain('--full');
    await writeFile(join(folder, 'figures-full.md'), '# Figures\n');
    await publish(report(false, 1), page(true), folder);
    expect(await read('figures.md')).not.toContain('--full');
  });

  it('has one page where a full run is like any other', async () => {
    await publish(report(true, 1), page(false), folder);
    expect(await read('figures.md')).toContain('saw 1');
  });
});
