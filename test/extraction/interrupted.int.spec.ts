import { armFailpoint, MOVE_FAILPOINTS, parseFailpoint } from '../../src/platform/kernel/failpoints';
import { AppModule } from '../../src/app.module';
import { withClient } from '../../src/platform/database/admin-client';
import { withDatabase } from '../../src/platform/database/roles';
import { type Direction, moveCommand } from '../../src/platform/extraction/move.cli';
import { nameOf, type DatabaseTarget } from '../../src/platform/placement/database-target';
import { SEED_KEYS } from './keyed-writers';
import { ask, asProcess, leftBehind, MODULE, Places, rightsIn, SECRET } from './places';

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
];
/** In the order in which a move passes them; a run that failed in a step begins with that step again. */
const MOMENTS = [
  'move.begun',
  ...STEPS.flatMap((step, index) => [
    `move.step-begins:${index === 0 ? 1 : 2}`,
    ...({
      prepare: ['move.schema-made', 'move.welcomed'],
      'copy beforehand': ['move.published', 'move.slot-made', 'move.table-copied:9', 'move.following'],
      'let go': ['move.leaving'],
      fence: ['move.fence-raised'],
      copy: ['move.caught-up'],
      'new generation': ['move.generation-begun'],
    }[step] ?? []),
    'move.step-done',
  ]),
  'move.before-switch',
  'move.switched',
  'move.before-open',
  'move.opened',
  'move.done',
];
/** Those at which one of the places says something else than before. */
const WRITTEN = MOMENTS.filter((moment) => !moment.startsWith('move.step-'));
/** From here on the module is in the new place. */
const OPENED = ['move.opened', 'move.done'];
/** The same where the rows are copied behind the fence. */
const WRITTEN_BEHIND_THE_FENCE = [
  'move.begun',
  'move.schema-made',
  'move.welcomed',
  'move.leaving',
  'move.fence-raised',
  'move.table-copied:9',
  'move.generation-begun',
  ...WRITTEN.slice(WRITTEN.indexOf('move.before-switch')),
];
const DECIDED = ['move.switched', 'move.before-open', ...OPENED];

interface Ran {
  code: number;
  printed: string;
  noted: string;
}

describe('a move that is cut short by an error', () => {
  const places = new Places();
  let home: DatabaseTarget;
  let away: DatabaseTarget;
  let orders = 0;

  beforeAll(async () => {
    home = await places.home([SEED_KEYS]);
    away = places.on();
  });
  afterAll(() => places.remove());

  const run = async (direction: Direction, argv: string[] = [], failpoint?: string): Promise<Ran> => {
    const [printed, noted]: string[][] = [[], []];
    armFailpoint(
      parseFailpoint(
        failpoint === undefined
          ? 'move.done:999999999'
          : `${failpoint.includes(':') ? failpoint : `${failpoint}:1`}:throw`,
      )!,
    );
    const code = await moveCommand({
      direction,
      root: AppModule,
      argv: [MODULE, ...argv],
      env: {
        DATABASE_URL: home.adminUrl,
        DATABASE_ADMIN_URL: home.adminUrl,
        DATABASE_ROLE_SECRET: SECRET,
        SHIPPING_DATABASE_URL: away.adminUrl,
        SHIPPING_DATABASE_ADMIN_URL: away.adminUrl,
      },
      print: (line) => printed.push(line),
      note: (line) => noted.push(line),
    });
    return { code, printed: printed.join('\n'), noted: noted.join('\n') };
  };
  /** While no connection to a place is let in. */
  const cutOff = async <T>({ adminUrl, roles }: DatabaseTarget, work: () => Promise<T>): Promise<T> => {
    const allow = (may: boolean): Promise<unknown> =>
      withClient(withDatabase(adminUrl, 'postgres'), 'test', (client) =>
        client.query(`alter database ${roles.database} allow_connections ${may}`),
      );
    await allow(false).catch(() => undefined);
    return work().finally(() => allow(true).catch(() => undefined));
  };
  /** What the databases say, read without the tool's code. */
  const truth = async (): Promise<{ home: string; away: string }> => {
    const stateIn = async (place: DatabaseTarget): Promise<string> =>
      (
        await ask<{ state: string }>(place, 'select state from placement').catch(() => [{ state: 'nothing' }])
      )[0].state;
    return { home: await stateIn(home), away: await stateIn(away) };
  };
  const write = (place: DatabaseTarget): Promise<void> =>
    asProcess(place, async (databases) => {
      await databases
        .of(MODULE)
        .query(
          `insert into idempotency_keys values ('POST /x', 'somebody', 'order ' || $1, 'f', '{}', now())`,
          [(orders += 1)],
        );
    });
  const written = async (place: DatabaseTarget): Promise<number> =>
    (await ask<{ rows: number }>(place, 'select count(*)::int as rows from idempotency_keys'))[0].rows;
  const status = (): Promise<Ran> => run('extract', ['--status']);

  it('is cut short at every moment that has a name', () => {
    expect(new Set(MOMENTS.map((moment) => moment.split(':')[0]))).toEqual(
      new Set(Object.keys(MOVE_FAILPOINTS)),
    );
  });

  describe.each<[direction: Direction, opposite: Direction, argv: string[], moments: string[]]>([
    ['extract', 'absorb', [], MOMENTS],
    ['absorb', 'extract', [], WRITTEN],
    ['extract', 'absorb', ['--copy', 'snapshot'], WRITTEN_BEHIND_THE_FENCE],
  ])('%s', (direction, opposite, argv, moments) => {
    const ends = (): [source: DatabaseTarget, target: DatabaseTarget] =>
      direction === 'extract' ? [home, away] : [away, home];
    let wanted = 0;

    beforeAll(async () => {
      await write(ends()[0]);
      wanted = await written(ends()[0]);
    });

    it('says the truth after each error, refuses the opposite command, and waits for the other place', async () => {
      const [source, target] = ends();
      const isNew = (await truth())[direction === 'extract' ? 'away' : 'home'] === 'nothing';
      for (const moment of moments) {
        const isOpen = OPENED.some((name) => moment.startsWith(name));
        const isDecided = DECIDED.some((name) => moment.startsWith(name));
        const failed = await run(direction, argv, moment);
        expect({ moment, code: failed.code, noted: failed.noted }).toMatchObject({
          code: 1,
          noted: expect.stringContaining('has thrown'),
        });
        const states = await truth();
        const [old, fresh] =
          direction === 'extract' ? [states.home, states.away] : [states.away, states.home];
        const where = isOpen
          ? `shipping lives in ${nameOf(target)}.`
          : isDecided
            ? `${nameOf(source)} has given shipping up, and ${nameOf(target)} is not open yet`
            : `shipping is on its way from ${nameOf(source)} to ${nameOf(target)}, and still lives in ${nameOf(source)}`;
        expect({ moment, noted: failed.noted }).toMatchObject({ noted: expect.stringContaining(where) });
        expect({ moment, old, isOpen, active: fresh === 'active' }).toEqual({
          moment,
          old: isDecided ? 'moved' : expect.stringMatching(/^(active|leaving|fenced)$/),
          isOpen,
          // A schema that was only just made says so for a moment, and no process can see it.
          active: isOpen || (isNew && moment === 'move.schema-made'),
        });
        // What the tool says of the places depends on what they say, and that is the same until one of them
        // writes.
        if (!WRITTEN.includes(moment)) continue;
        expect(await status()).toMatchObject({
          code: isOpen ? 0 : 1,
          printed: expect.stringContaining(where),
        });
        // The module is to be in the old place after the opposite command; only what was opened can be taken
        // from where it is.
        const back = isOpen ? undefined : await run(opposite, argv);
        if (back)
          expect({ moment, ...back }).toMatchObject({
            code: 1,
            printed: '',
            noted: expect.stringContaining(where),
          });
        for (const place of fresh === 'nothing' ? [source] : [source, target]) {
          const alone = await cutOff(place, () => run(direction, argv));
          expect({ moment, ...alone }).toMatchObject({
            code: 1,
            printed: '',
            noted: expect.stringContaining(nameOf(place)),
          });
        }
        expect(await truth()).toEqual(states);
      }
      const again = await run(direction, argv);
      expect(again).toMatchObject({ code: 0, printed: expect.stringContaining('Nothing differs.') });
      expect(await written(target)).toBe(wanted);
      expect([...(await leftBehind(home)), ...(await leftBehind(away))]).toEqual([]);
      await write(target);
    });
  });

  /** From where the module is to the other place. */
  const nextMove = async (): Promise<{
    direction: Direction;
    opposite: Direction;
    source: DatabaseTarget;
    target: DatabaseTarget;
  }> =>
    (await truth()).home === 'active'
      ? { direction: 'extract', opposite: 'absorb', source: home, target: away }
      : { direction: 'absorb', opposite: 'extract', source: away, target: home };

  it('does not report a move of long ago: whoever was told that it is done finds it there', async () => {
    const { direction, opposite, source, target } = await nextMove();
    // The module is in the new place, and the old one does not know.
    expect((await run(direction, [], 'move.opened')).code).toBe(1);
    await write(target);
    expect((await run(opposite)).code).toBe(0);
    await write(source);
    const rows = await written(source);
    const there = await run(direction);
    expect(there).toMatchObject({
      code: 0,
      printed: expect.stringContaining(`idempotency_keys           ${rows}  `),
    });
    expect(await written(target)).toBe(rows);
    const states = await truth();
    expect([states.home, states.away].sort()).toEqual(['active', 'moved']);
    expect(await ask(target, 'select state from placement')).toEqual([{ state: 'active' }]);
    // Nothing of it is open any more.
    for (const place of [home, away])
      expect(await ask(place, `select from moves where state in ('running', 'switched')`)).toEqual([]);
  });

  it('can be undone after an error at any moment before the switch, and is undone by the same command after an error in that', async () => {
    const { direction, source, target } = await nextMove();
    const rights = await rightsIn(source);
    const before = [...WRITTEN.slice(0, WRITTEN.indexOf('move.switched')), `move.step-done:${STEPS.length}`];
    for (const [index, moment] of before.entries()) {
      expect({ moment, ...(await run(direction, [], moment)) }).toMatchObject({ code: 1 });
      // Before the new place knows of the move there is nothing in it to tidy.
      const undoing = ['move.before-undo', 'move.undone', 'move.before-tidied'][
        index % (index <= before.indexOf('move.welcomed') ? 2 : 3)
      ];
      const failed = await run(direction, ['--rollback'], undoing);
      expect({ undoing, noted: failed.noted }).toMatchObject({
        noted: expect.stringContaining(undoing === 'move.before-tidied' ? 'is still there' : 'has thrown'),
      });
      const { code, noted } = await run(direction, ['--rollback']);
      expect({ moment, code, noted }).toEqual({
        moment,
        code: 0,
        noted: expect.stringContaining(`shipping lives in ${nameOf(source)} as before`),
      });
      expect(await rightsIn(source)).toEqual(rights);
      expect([...(await leftBehind(home)), ...(await leftBehind(away))]).toEqual([]);
      expect(await status()).toMatchObject({ code: 0, printed: `shipping lives in ${nameOf(source)}.` });
    }
    await write(source);
    expect(await ask(target, 'select state from placement')).toEqual([{ state: 'moved' }]);
  });

  it('keeps the copy that was left behind when dropping it fails, and while the module does not live in the new place', async () => {
    const { direction, opposite, source, target } = await nextMove();
    expect((await run(direction)).code).toBe(0);
    const rows = await written(source);
    expect(await run(direction, ['--finish'], 'move.before-finish')).toMatchObject({
      code: 1,
      noted: expect.stringContaining('has thrown'),
    });
    expect(await run(opposite, [], 'move.fence-raised')).toMatchObject({ code: 1 });
    expect(await run(direction, ['--finish'])).toMatchObject({
      code: 1,
      noted: expect.stringContaining('There is nothing to finish'),
    });
    expect(await run(direction, ['--rollback'])).toMatchObject({
      code: 1,
      noted: expect.stringContaining(`from ${nameOf(target)} to ${nameOf(source)}`),
    });
    expect((await run(opposite, ['--rollback'])).code).toBe(0);
    expect(await written(source)).toBe(0);
    expect(await written(target)).toBe(rows);
    expect(await run(direction, ['--finish'])).toMatchObject({ code: 0 });
  });

  it('leaves no second place behind when it is undone while the new place cannot be reached', async () => {
    const [old, fresh] = [await places.home([SEED_KEYS]), places.on()];
    [home, away] = [old, fresh];
    expect((await run('extract', [], 'move.schema-made')).code).toBe(1);
    expect(await truth()).toEqual({ home: 'active', away: 'active' });
    expect(await cutOff(away, () => run('extract', ['--rollback']))).toMatchObject({
      code: 0,
      noted: expect.stringContaining(`what was copied to ${nameOf(away)} is still there`),
    });
    expect(await status()).toMatchObject({
      code: 0,
      printed: expect.stringContaining(`shipping lives in ${nameOf(home)}.`),
    });
    expect(await run('absorb')).toMatchObject({
      code: 1,
      noted: expect.stringContaining('already holds data of its own'),
    });
    expect((await run('extract', ['--rollback'])).code).toBe(0);
    expect(await truth()).toEqual({ home: 'active', away: 'moved' });
    expect(await run('absorb')).toMatchObject({
      code: 0,
      printed: '',
      noted: expect.stringContaining(`shipping lives in ${nameOf(home)} already`),
    });
  });
});
