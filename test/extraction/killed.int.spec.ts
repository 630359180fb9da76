import { MOVE_FAILPOINTS } from '../../src/platform/kernel/failpoints';
import { nameOf, type DatabaseTarget, withSession } from '../../src/platform/placement/database-target';
import { fingerprintOf } from '../../src/platform/extraction/reconcile/fingerprint';
import { tablesOf } from '../../src/platform/extraction/database/tables';
import { flawless, judge } from '../log/judge';
import { startTestServer } from '../support/test-server';
import { publish, SEED_KEYS, Subscriber } from './keyed-writers';
import {
  ask,
  asOwner,
  asProcess,
  leftBehind,
  MODULE,
  newPlace,
  removePlace,
  rightsIn,
  settle,
} from './places';
import { type Ran, runTool, type Settings } from './tool';

const STEPS = [
  'prepare',
  'stand by',
  'copy beforehand',
  'let go',
  'fence',
  'last tick',
  'copy',
  'new generation',
  'reconcile',
] as const;
type Step = (typeof STEPS)[number];
/**
 * A step, and the failpoint at which the tool kills itself in it: of those that it passes several times,
 * which of them.
 */
type Moment = readonly [step: Step | undefined, failpoint: string];

/**
 * Moments from the beginning of a step on, in the order in which a move passes them: the first beginning,
 * what happens within the steps, and the end of each. Between the end of one and the beginning of the next,
 * nothing is written. A run that was killed has not written down the step that it was in: the next one takes
 * that step again, and comes to the end of the one after it as its second.
 */
const momentsFrom = (first: Step, within: Partial<Record<Step, readonly string[]>>): Moment[] => [
  ...(first === STEPS[0] ? [[undefined, 'move.begun'] as const] : []),
  ...STEPS.slice(STEPS.indexOf(first)).flatMap((step): Moment[] => [
    ...(step === first ? [[step, `move.step-begins:${STEPS.indexOf(first) + 1}`] as const] : []),
    ...(within[step] ?? []).map((failpoint): Moment => [step, failpoint]),
    [step, within[step] || step === first ? 'move.step-done' : 'move.step-done:2'],
  ]),
  ['reconcile', 'move.switched'],
  // It has passed all steps by then.
  [undefined, 'move.opened'],
  [undefined, 'move.done'],
];

/** A kill there is an error there, which costs no process to try: interrupted.int.spec.ts does. */
const IN_AN_OPEN_TRANSACTION = [
  'move.welcomed',
  'move.generation-begun',
  'move.before-switch',
  'move.before-open',
];
const COPIED_BEFOREHAND = momentsFrom('prepare', {
  prepare: ['move.schema-made'],
  'copy beforehand': ['move.published', 'move.slot-made', 'move.table-copied:9', 'move.following'],
  'let go': ['move.leaving'],
  fence: ['move.fence-raised'],
  copy: ['move.caught-up'],
});
const COPIED_BEHIND_THE_FENCE = momentsFrom('fence', {
  fence: ['move.fence-raised'],
  copy: ['move.table-copied:9'],
});

/** The step that a run has said last that it begins with. */
const lastStep = ({ noted }: Ran): Step | undefined => {
  const lines = noted.split('\n');
  return STEPS.findLast((step) => lines.includes(`${step} ...`));
};

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

  const write = (place: DatabaseTarget, count: number): Promise<void> =>
    asProcess(
      place,
      async (databases) => void committed.push(...(await publish(databases.of(MODULE), count))),
    );
  const live = (place: DatabaseTarget): Promise<void> =>
    asProcess(place, async (databases) => {
      committed.push(...(await publish(databases.of(MODULE), 30)));
      await subscriber.readOn(databases.of(MODULE), 20);
      committed.push(...(await publish(databases.of(MODULE), 10)));
    });
  const dataIn = (place: DatabaseTarget): Promise<string[]> =>
    withSession(place, MODULE, async (session) => {
      const lines: string[] = [];
      for (const table of (await tablesOf(session)).filter(({ name }) =>
        ['outbox', 'address_copies'].includes(name),
      )) {
        const { rows, checksum } = await fingerprintOf(session, table);
        lines.push(`${table.name} ${rows} ${checksum}`);
      }
      return lines;
    });
  const states = async (): Promise<string[]> => {
    const all: string[] = [];
    for (const place of [settings.home, settings.away])
      all.push(
        ...(await ask<{ state: string }>(place, 'select state from placement')).map(({ state }) => state),
      );
    return all;
  };

  /** To where the module does not live. */
  const nextMove = async (): Promise<{
    direction: 'extract' | 'absorb';
    source: DatabaseTarget;
    target: DatabaseTarget;
  }> =>
    (await states().catch(() => ['active']))[0] === 'active'
      ? { direction: 'extract', source: settings.home, target: settings.away }
      : { direction: 'absorb', source: settings.away, target: settings.home };

  it('is killed at every moment that has a name', () => {
    const killedAt = COPIED_BEFOREHAND.map(([, failpoint]) => failpoint.split(':')[0]);
    expect(new Set([...killedAt, ...IN_AN_OPEN_TRANSACTION])).toEqual(new Set(Object.keys(MOVE_FAILPOINTS)));
  });

  describe.each<[name: string, argv: string[], moments: Moment[]]>([
    ['an extraction, with the rows copied beforehand', [], COPIED_BEFOREHAND],
    ['an absorption, with the rows copied behind the fence', ['--copy', 'snapshot'], COPIED_BEHIND_THE_FENCE],
  ])('%s', (_name, argv, moments) => {
    let move: Awaited<ReturnType<typeof nextMove>>;
    let before: string[];

    beforeAll(async () => {
      move = await nextMove();
      before = await dataIn(move.source);
    });

    it.each(moments)('dies in the step "%s" at %s', async (step, failpoint) => {
      const ran = await runTool(move.direction, settings, argv, { failpoint });
      expect({ signal: ran.signal, step: lastStep(ran), noted: ran.noted }).toMatchObject({
        signal: 'SIGKILL',
        step,
      });
      const isBeforeFence =
        failpoint === 'move.begun' || (step !== undefined && STEPS.indexOf(step) < STEPS.indexOf('fence'));
      if (!isBeforeFence) return;
      // Until the fence goes up the module goes on where it is.
      await write(move.source, 5);
      before = await dataIn(move.source);
    });

    it('comes to its end with the same command', async () => {
      const { direction, source, target } = move;
      const { code, printed, noted } = await runTool(direction, settings, argv);
      expect({ code, noted }).toMatchObject({ code: 0 });
      expect(printed).toContain('Nothing differs.');
      expect(await dataIn(target)).toEqual(before);
      expect(await states()).toEqual(direction === 'extract' ? ['moved', 'active'] : ['active', 'moved']);
      expect([...(await leftBehind(source)), ...(await leftBehind(target))]).toEqual([]);
      await live(target);
    });
  });

  it.each(['move.slot-made', 'move.following', 'move.fence-raised', 'move.caught-up', 'move.step-done:9'])(
    'can be rolled back after it died at %s, and leaves the old place as it was',
    async (moment) => {
      const { direction, source, target } = await nextMove();
      const [before, rights] = [await dataIn(source), await rightsIn(source)];
      expect((await runTool(direction, settings, [], { failpoint: moment })).signal).toBe('SIGKILL');
      const { code, noted } = await runTool(direction, settings, ['--rollback']);
      expect({ code, noted }).toEqual({
        code: 0,
        noted: expect.stringContaining(`shipping lives in ${nameOf(source)} as before`),
      });
      expect(await rightsIn(source)).toEqual(rights);
      expect(await dataIn(source)).toEqual(before);
      expect([...(await leftBehind(source)), ...(await leftBehind(target))]).toEqual([]);
      await write(source, 3);
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
    // It may have come to its end just before.
    expect(['SIGKILL', 0]).toContain(killed.signal ?? killed.code);
    expect(await runTool(direction, settings, [])).toMatchObject({ code: 0 });
    expect(await dataIn(target)).toEqual(before);
    await live(target);
  });

  it('has lost nothing, doubled nothing and turned nothing round in the end', async () => {
    const home = (await states())[0] === 'active';
    await asProcess(home ? settings.home : settings.away, (databases) =>
      subscriber.readOn(databases.of(MODULE)),
    );
    expect(judge(subscriber.seen, new Set(committed))).toEqual(flawless);
    expect(subscriber.brokenKeys).toEqual([]);
    // Seven moves came to their end: two that were killed at each moment, one that could not be rolled back,
    // four that were killed at any.
    expect(subscriber.position?.generation).toBe(1 + 7);
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
    [
      'two things at once',
      ['--finish', '--rollback'],
      'Give one of --dry-run, --rollback, --finish and --status.',
    ],
    [
      'another way to copy',
      ['--copy', 'quickly'],
      '--copy is one of replication and snapshot, and not "quickly".',
    ],
    ['two modules', ['orders'], 'One module at a time: what is "orders"?'],
  ])('answers %s with what to write instead, and 2', async (_name, argv, message) => {
    expect(await runTool('extract', settings, argv)).toMatchObject({
      code: 2,
      printed: '',
      noted: expect.stringContaining(message),
    });
  });
});
