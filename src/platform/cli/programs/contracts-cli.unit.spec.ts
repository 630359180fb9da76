import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { EventsHandler } from '@nestjs/cqrs';
import { BoundedContext } from '../../hosting/bounded-context';
import { EventContract } from '../../messages/contract';
import { EventMessage } from '../../messages/message';
import { Subscription } from '../../messages/subscription';
import { contractsCommand } from './contracts.cli';

@EventContract('sales.sold')
class Sold extends EventMessage<Sold> {
  readonly saleId!: string;
}

@Subscription('stores.count-sales')
@EventsHandler(Sold)
class CountSalesWhenSold {
  async handle(): Promise<void> {}
}

@BoundedContext({ name: 'sales' })
@Module({})
class SalesModule {}

@BoundedContext({ name: 'stores' })
@Module({ providers: [CountSalesWhenSold] })
class StoresModule {}

@Module({ imports: [SalesModule, StoresModule] })
class Root {}

describe('npm run contracts -- diff', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'contracts-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(
      path,
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
    );
    return path;
  };
  const run = async (...argv: string[]): Promise<{ code: number; printed: string; noted: string }> => {
    const [printed, noted]: [string[], string[]] = [[], []];
    const code = await contractsCommand({
      root: Root,
      argv: ['diff', ...argv],
      env: {},
      print: (line) => printed.push(line),
      note: (line) => noted.push(line),
    });
    return { code, printed: printed.join('\n'), noted: noted.join('\n') };
  };

  const older = { type: 'object', properties: { total: { type: 'integer' }, note: { type: 'string' } } };
  const newer = { type: 'object', properties: { total: { type: 'number' }, channel: { type: 'string' } } };

  it('lists for people what differs, what it breaks and the way out', async () => {
    const [was, is] = [file('older.json', older), file('newer.json', newer)];
    const { code, printed } = await run(was, is, '--mode', 'forward');
    expect(code).toBe(1);
    expect(printed).toMatch(/^Not compatible \(forward\): 3 differences, 1 of them breaking\.$/m);
    expect(printed).toMatch(/^\/properties\/channel +nothing +property "channel" added$/m);
    expect(printed).toMatch(
      /^\/properties\/total\/type +old readers of new messages +type "integer" → "number"$/m,
    );
    expect(printed).toContain('  way out: ');
    expect(await run(was, is)).toMatchObject({ code: 0, noted: '' });
    expect(await run(was, is, '--mode', 'full')).toMatchObject({ code: 1 });
    expect(await run(was, was, '--mode', 'full')).toEqual({
      code: 0,
      printed: 'Compatible (full): no differences.',
      noted: '',
    });
  });

  it('prints them for programs, always in the same order', async () => {
    const [was, is] = [file('older.json', older), file('newer.json', newer)];
    const { code, printed } = await run(was, is, '--mode', 'full', '--json');
    expect({ code, again: (await run(was, is, '--mode', 'full', '--json')).printed }).toEqual({
      code: 1,
      again: printed,
    });
    expect(JSON.parse(printed)).toEqual({
      mode: 'full',
      compatible: false,
      differences: [
        {
          pointer: '/properties/channel',
          newer: '/properties/channel',
          what: 'property "channel" added',
          breaks: [],
          reasons: [],
          isIncompatible: false,
        },
        {
          pointer: '/properties/note',
          older: '/properties/note',
          what: 'property "note" removed',
          breaks: [],
          reasons: [],
          isIncompatible: false,
        },
        {
          pointer: '/properties/total/type',
          older: '/properties/total/type',
          newer: '/properties/total/type',
          what: 'type "integer" → "number"',
          breaks: ['forward'],
          reasons: [
            'forward: the older schema refuses number that is no integer that newer messages may hold',
          ],
          isIncompatible: true,
          wayOut: expect.stringContaining('older readers accept'),
        },
      ],
    });
  });

  it('refuses names that were retired', async () => {
    const [was, is] = [file('older.json', older), file('newer.json', newer)];
    expect(await run(was, is, '--retired', 'other,/properties/channel')).toMatchObject({
      code: 1,
      printed: expect.stringContaining('the retired name "channel"'),
    });
  });

  it.each<[string, () => string[], string]>([
    [
      'a missing file',
      () => [join(folder, 'none.json'), file('a.json', {})],
      'none.json cannot be read (ENOENT',
    ],
    ['a folder', () => [file('a.json', {}), folder], 'cannot be read (EISDIR'],
    ['what is no JSON', () => [file('a.json', {}), file('b.json', '{"type": ')], 'b.json holds no JSON ('],
    [
      'bytes that are no UTF-8',
      () => [file('a.json', {}), file('b.json', Buffer.from([34, 0xff, 34]))],
      'b.json is no UTF-8',
    ],
    [
      'a list',
      () => [file('a.json', []), file('b.json', {})],
      'a.json holds no JSON Schema: its root is a list',
    ],
    [
      'an unknown type',
      () => [file('a.json', {}), file('b.json', { type: 'money' })],
      'b.json holds no JSON Schema. /type is "money"',
    ],
    [
      'a remote reference',
      () => [file('a.json', { $ref: 'other.json' }), file('b.json', {})],
      'a.json holds no JSON Schema. /$ref refers to "other.json", which is outside',
    ],
    [
      'an unknown mode',
      () => [file('a.json', {}), file('b.json', {}), '--mode', 'both'],
      '--mode both: there is no such mode',
    ],
    ['a missing parameter', () => [file('a.json', {})], 'diff wants a <NEW.json>'],
    [
      'an unknown option',
      () => [file('a.json', {}), file('b.json', {}), '--xml'],
      'npm run contracts -- diff <OLD.json> <NEW.json>',
    ],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    const { code, printed, noted } = await run(...argv());
    expect({ code, printed }).toEqual({ code: 2, printed: '' });
    expect(noted).toContain(message);
  });
});

describe('npm run contracts -- check', () => {
  let folder: string;
  const place = 'src/modules/sales/contracts/schemas';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'contracts-'));
    mkdirSync(join(folder, place), { recursive: true });
    git('init', '--quiet');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: folder });
  const write = (file: string, schema: object): void =>
    writeFileSync(join(folder, place, file), JSON.stringify(schema));
  const run = async (...argv: string[]): Promise<{ code: number; printed: string; noted: string }> => {
    const [printed, noted]: [string[], string[]] = [[], []];
    const code = await contractsCommand({
      root: Root,
      folder,
      argv: ['check', ...argv],
      env: {},
      print: (line) => printed.push(line),
      note: (line) => noted.push(line),
    });
    return { code, printed: printed.join('\n'), noted: noted.join('\n') };
  };

  it('names who is hit by a change of what is published', async () => {
    const published = {
      type: 'object',
      properties: { saleId: { type: 'string' } },
      additionalProperties: false,
    };
    write('sold.v1.json', published);
    git('add', '.');
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'published');
    write('sold.v2.json', { type: 'object' });
    expect(await run()).toEqual({ code: 0, printed: 'The 1 published schemas are kept.', noted: '' });

    write('sold.v1.json', { ...published, properties: { saleId: { type: 'integer' } } });
    const changed = await run();
    expect(changed.code).toBe(1);
    expect(changed.printed).toContain('sales.sold v1 is published and was changed');
    expect(changed.printed).toContain('hits the subscription stores.count-sales of stores');
    expect(changed.printed).toContain('/properties/saleId/type: type "string" → "integer"');

    rmSync(join(folder, place, 'sold.v1.json'));
    const gone = await run('--json');
    expect(gone.code).toBe(1);
    expect(JSON.parse(gone.printed)).toMatchObject({
      published: 1,
      compatible: false,
      broken: [
        {
          contract: 'sales.sold',
          version: 1,
          gone: true,
          readers: ['the subscription stores.count-sales of stores'],
        },
      ],
    });
  });

  it.each([
    ['an unknown commit', ['--against', 'nowhere'], 'Give a commit or branch'],
    ['an unknown mode', ['--mode', 'both'], '--mode both: there is no such mode'],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    expect(await run(...argv)).toMatchObject({ code: 2, noted: expect.stringContaining(message) });
  });
});
