import { nameOf, type Place, withSession } from '../../src/platform/extraction/place';
import { fingerprintOf } from '../../src/platform/extraction/fingerprint';
import { tablesOf } from '../../src/platform/extraction/tables';
import { flawless, judge } from '../log/judge';
import { startTestServer } from '../support/test-server';
import { publish, SEED_KEYS, Subscriber } from './keyed-writers';
import { ask, asOwner, asProcess, leftBehind, MODULE, newPlace, removePlace, rightsIn, settle } from './places';
import { runTool, type Settings } from './tool';

/** Every moment at which the tool can kill itself; of those that it passes several times, which of them. */
const MOMENTS = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((step) => [`move.step-begins:${step}`, `move.step-done:${step}`]),
  ...['move.published', 'move.slot-made', 'move.following', 'move.caught-up'],
  ...['move.fence-raised', 'move.table-copied:9', 'move.switched'],
].map((moment): [string, string[]] => [moment, []]);

/** The same where the rows are copied behind the fence. */
const MOMENTS_BEHIND_THE_FENCE = ['move.table-copied:9', 'move.step-done:7'].map((moment): [string, string[]] => [
  moment,
  ['--copy', 'snapshot'],
]);

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

  /** To where the module does not live. */
  const nextMove = async (): Promise<{ direction: 'extract' | 'absorb'; source: Place; target: Place }> =>
    (await states().catch(() => ['active']))[0] === 'active'
      ? { direction: 'extract', source: settings.home, target: settings.away }
      : { direction: 'absorb', source: settings.away, target: settings.home };

  it.each([...MOMENTS, ...MOMENTS_BEHIND_THE_FENCE])('goes on with the same command after it died at %s %j', async (moment, argv) => {
    const { direction, source, target } = await nextMove();
    const before = await dataIn(source);
    const killed = await runTool(direction, settings, argv, { failpoint: moment });
    expect({ moment, signal: killed.signal, noted: killed.noted }).toMatchObject({ signal: 'SIGKILL' });
    const { code, printed, noted } = await runTool(direction, settings, argv);
    expect({ code, noted }).toMatchObject({ code: 0 });
    expect(printed).toContain('Nothing differs.');
    expect(await dataIn(target)).toEqual(before);
    expect(await states()).toEqual(direction === 'extract' ? ['moved', 'active'] : ['active', 'moved']);
    expect([...(await leftBehind(source)), ...(await leftBehind(target))]).toEqual([]);
    await live(target);
  });

  it('has lost nothing, doubled nothing and turned nothing round in the end', async () => {
    const home = (await states())[0] === 'active';
    await asProcess(home ? settings.home : settings.away, (databases) => subscriber.readOn(databases.of(MODULE)));
    expect(judge(subscriber.seen, new Set(committed))).toEqual(flawless);
    expect(subscriber.brokenKeys).toEqual([]);
    expect(subscriber.position?.generation).toBeGreaterThan(MOMENTS.length);
  });

  it.each(['move.slot-made', 'move.following', 'move.fence-raised', 'move.caught-up', 'move.step-done:9'])(
    'can be rolled back after it died at %s, and leaves the old place as it was',
    async (moment) => {
      const { direction, source, target } = await nextMove();
      const [before, rights] = [await dataIn(source), await rightsIn(source)];
      expect((await runTool(direction, settings, [], { failpoint: moment })).signal).toBe('SIGKILL');
      const { code, noted } = await runTool(direction, settings, ['--rollback']);
      expect({ code, noted }).toEqual({ code: 0, noted: expect.stringContaining(`shipping lives in ${nameOf(source)} as before`) });
      expect(await rightsIn(source)).toEqual(rights);
      expect(await dataIn(source)).toEqual(before);
      expect([...(await leftBehind(source)), ...(await leftBehind(target))]).toEqual([]);
      await asProcess(source, (databases) => publish(databases.of(MODULE), 3));
    },
  );

  it('cannot be rolled back once it is switched', async () => {
    const { direction } = await nextMove();
    expect((await runTool(direction, settings, [], { failpoint: 'move.switched' })).signal).toBe('SIGKILL');
    expect(await runTool(direction, settings, ['--rollback'])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('cannot be rolled back'),
    });
    expect((await runTool(direction, settings, ['--json'])).printed).toContain('"same": true');
  });

  it.each([1, 2, 3, 4])('comes through a kill at any time (%i)', async () => {
    const { direction, source, target } = await nextMove();
    const before = await dataIn(source);
    const killed = await runTool(direction, settings, [], { killAtLine: 1 + Math.floor(Math.random() * 15) });
    expect(killed).toMatchObject({ signal: 'SIGKILL' });
    expect(await runTool(direction, settings, [])).toMatchObject({ code: 0 });
    expect(await dataIn(target)).toEqual(before);
    await live(target);
  });

  it('is refused to a second tool at the same time', async () => {
    const { direction, source } = await nextMove();
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
    ['another way to copy', ['--copy', 'quickly'], '--copy is one of replication and snapshot, and not "quickly".'],
    ['two modules', ['orders'], 'One module at a time: what is "orders"?'],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    expect(await runTool('extract', settings, argv)).toMatchObject({ code: 2, printed: '', noted: expect.stringContaining(message) });
  });
});
