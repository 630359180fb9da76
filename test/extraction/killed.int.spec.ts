import { nameOf, type Place, withSession } from '../../src/platform/extraction/place';
import { fingerprintOf } from '../../src/platform/extraction/fingerprint';
import { tablesOf } from '../../src/platform/extraction/tables';
import { flawless, judge } from '../log/judge';
import { startTestServer } from '../support/test-server';
import { publish, SEED_KEYS, Subscriber } from './keyed-writers';
import { ask, asOwner, asProcess, MODULE, newPlace, removePlace, rightsIn, settle } from './places';
import { runTool, type Settings } from './tool';

/** Every moment at which the tool can kill itself; of those that it passes several times, which of them. */
const MOMENTS = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((step) => [`move.step-begins:${step}`, `move.step-done:${step}`]),
  ...['move.fence-raised', 'move.table-copied:1', 'move.table-copied:9', 'move.switched'],
];

describe('a move whose tool is killed', () => {
  let other: Awaited<ReturnType<typeof startTestServer>>;
  let settings: Settings;
  const subscriber = new Subscriber();
  const committed: string[] = [];

  beforeAll(async () => {
    other = await startTestServer();
    settings = { home: newPlace(), away: newPlace(other.adminUrl) };
    await settle(settings.home, [MODULE, 'orders']);
    await asOwner(settings.home, SEED_KEYS);
    await live(settings.home);
  });
  afterAll(async () => {
    await removePlace(settings.home);
    await other?.stop();
  });

  const live = (place: Place): Promise<void> =>
    asProcess(place, async (databases) => {
      committed.push(...(await publish(databases.of(MODULE), 30)));
      await subscriber.readOn(databases.of(MODULE), 20);
      committed.push(...(await publish(databases.of(MODULE), 10)));
    });
  const dataIn = (place: Place): Promise<string[]> =>
    withSession(place, MODULE, async (session) => {
      const lines: string[] = [];
      for (const table of (await tablesOf(session)).filter(({ name }) => ['outbox', 'address_copies'].includes(name))) {
        const { rows, checksum } = await fingerprintOf(session, table);
        lines.push(`${table.name} ${rows} ${checksum}`);
      }
      return lines;
    });
  const states = async (): Promise<string[]> => {
    const all: string[] = [];
    for (const place of [settings.home, settings.away])
      all.push(...(await ask<{ state: string }>(place, 'select state from placement')).map(({ state }) => state));
    return all;
  };

  it.each(MOMENTS)('goes on with the same command after it died at %s', async (moment) => {
    const direction = (await states().catch(() => ['active']))[0] === 'active' ? 'extract' : 'absorb';
    const [source, target] = direction === 'extract' ? [settings.home, settings.away] : [settings.away, settings.home];
    const before = await dataIn(source);
    const killed = await runTool(direction, settings, [], { failpoint: moment });
    expect({ moment, signal: killed.signal, noted: killed.noted }).toMatchObject({ signal: 'SIGKILL' });
    const { code, printed, noted } = await runTool(direction, settings, []);
    expect({ code, noted }).toMatchObject({ code: 0 });
    expect(printed).toContain('Nothing differs.');
    expect(await dataIn(target)).toEqual(before);
    expect(await states()).toEqual(direction === 'extract' ? ['moved', 'active'] : ['active', 'moved']);
    await live(target);
  });

  it('has lost nothing, doubled nothing and turned nothing round in the end', async () => {
    const home = (await states())[0] === 'active';
    await asProcess(home ? settings.home : settings.away, (databases) => subscriber.readOn(databases.of(MODULE)));
    expect(judge(subscriber.seen, new Set(committed))).toEqual(flawless);
    expect(subscriber.brokenKeys).toEqual([]);
    expect(subscriber.position?.generation).toBeGreaterThan(MOMENTS.length);
  });

  it('can be rolled back as long as it is not switched, and leaves the old place as it was', async () => {
    const direction = (await states())[0] === 'active' ? 'extract' : 'absorb';
    const source = direction === 'extract' ? settings.home : settings.away;
    const [before, rights] = [await dataIn(source), await rightsIn(source)];
    for (const moment of ['move.step-begins:2', 'move.fence-raised', 'move.table-copied:5', 'move.step-done:6']) {
      expect((await runTool(direction, settings, [], { failpoint: moment })).signal).toBe('SIGKILL');
      const { code, noted } = await runTool(direction, settings, ['--rollback']);
      expect({ code, noted }).toEqual({ code: 0, noted: expect.stringContaining(`shipping lives in ${nameOf(source)} as before`) });
      expect(await rightsIn(source)).toEqual(rights);
      expect(await dataIn(source)).toEqual(before);
      await asProcess(source, (databases) => publish(databases.of(MODULE), 3));
      before.splice(0, before.length, ...(await dataIn(source)));
    }
    expect((await runTool(direction, settings, [], { failpoint: 'move.switched' })).signal).toBe('SIGKILL');
    expect(await runTool(direction, settings, ['--rollback'])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('cannot be rolled back'),
    });
    expect((await runTool(direction, settings, ['--json'])).printed).toContain('"same": true');
  });

  it('comes through kills at any time', async () => {
    for (let round = 0; round < 4; round += 1) {
      const direction = (await states())[0] === 'active' ? 'extract' : 'absorb';
      const target = direction === 'extract' ? settings.away : settings.home;
      const before = await dataIn(direction === 'extract' ? settings.home : settings.away);
      const killed = await runTool(direction, settings, [], { killAtLine: 1 + Math.floor(Math.random() * 15) });
      expect(killed).toMatchObject({ signal: 'SIGKILL' });
      expect(await runTool(direction, settings, [])).toMatchObject({ code: 0 });
      expect(await dataIn(target)).toEqual(before);
      await live(target);
    }
  });

  it('is refused to a second tool at the same time', async () => {
    const source = (await states())[0] === 'active' ? settings.home : settings.away;
    const direction = source === settings.home ? 'extract' : 'absorb';
    await withSession(source, MODULE, async ({ client }) => {
      await client.query(`select pg_advisory_lock(hashtextextended('seamline move shipping', 0))`);
      expect(await runTool(direction, settings, [])).toMatchObject({
        code: 1,
        noted: expect.stringContaining('Another process is moving the module "shipping"'),
      });
    });
  });

  it.each<[string, string[], string]>([
    ['an unknown option', ['--fast'], "Unknown option '--fast'"],
    ['two things at once', ['--finish', '--rollback'], 'Give one of --dry-run, --rollback and --finish.'],
    ['two modules', ['orders'], 'One module at a time: what is "orders"?'],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    expect(await runTool('extract', settings, argv)).toMatchObject({ code: 2, printed: '', noted: expect.stringContaining(message) });
  });
});
