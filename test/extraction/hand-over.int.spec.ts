import { PlacementWatch } from '../../src/platform/placement/placement-watch';
import type { ModuleDatabases } from '../../src/platform/database/module-databases';
import { nameOf, type DatabaseTarget } from '../../src/platform/placement/database-target';
import { PROCESS_ID } from '../../src/platform/kernel/process-id';
import { RelayLease } from '../../src/platform/transport/relay-lease';
import { eventually } from '../support/eventually';
import { ask, asOwner, asProcess, MODULE, move, moduleUrl, Places, removePlace, undo } from './places';

describe('processes that follow a module', () => {
  const places = new Places();
  const watches: PlacementWatch[] = [];

  const newPlaces = async (): Promise<[source: DatabaseTarget, target: DatabaseTarget]> => [
    await places.home(),
    places.on(),
  ];
  const watch = async (
    place: DatabaseTarget,
    changed?: (watching: PlacementWatch) => void,
  ): Promise<PlacementWatch> => {
    const watching: PlacementWatch = new PlacementWatch(
      [{ module: MODULE, url: moduleUrl(place), auditorUrl: '' }],
      () => changed?.(watching),
    );
    watches.push(watching);
    await watching.start();
    return watching;
  };
  const stateOf = async (place: DatabaseTarget): Promise<string> =>
    (await ask<{ state: string }>(place, 'select state from placement'))[0].state;
  /** Works with the module's data until the module leaves. */
  const hosting = async (place: DatabaseTarget, work: () => Promise<void>): Promise<void> =>
    asProcess(place, async (databases: ModuleDatabases) => {
      await databases.of(MODULE).query('select');
      await watch(place, (watching) => {
        if (watching.locations.get(MODULE)?.state !== 'active') void databases.close();
      });
      await work();
    });

  afterEach(async () => {
    await Promise.all(watches.splice(0).map((watching) => watching.stop()));
    await places.remove();
  });

  it('see where it lives: nothing yet, on its way, elsewhere, here; and keep what they knew while nobody answers', async () => {
    const [source, target] = await newPlaces();
    const [atOld, atNew] = [await watch(source), await watch(target)];
    expect([atOld, atNew].map(({ locations }) => locations.get(MODULE))).toMatchObject([
      { state: 'active' },
      { state: 'absent', place: nameOf(target) },
    ]);
    await asOwner(source, `update placement set state = 'leaving', elsewhere = 'there'`);
    await eventually(() =>
      expect(atOld.locations.get(MODULE)).toEqual({ state: 'leaving', elsewhere: 'there' }),
    );
    await asOwner(source, `update placement set state = 'active', elsewhere = null`);
    const seen: unknown[] = [];
    await watch(target, ({ locations }) => seen.push(locations.get(MODULE)?.state));
    expect((await move(source, target)).same).toBe(true);
    await eventually(() => expect(atNew.locations.get(MODULE)).toEqual({ state: 'active' }));
    await eventually(() =>
      expect(atOld.locations.get(MODULE)).toEqual({ state: 'moved', elsewhere: nameOf(target) }),
    );
    // A new schema says for a moment that the module lives there; that is not seen.
    await eventually(() => expect(seen.at(-1)).toBe('active'));
    expect(seen.filter((state) => state === 'active')).toEqual(['active']);
    await removePlace(target);
    await atNew.stop();
    expect(atNew.locations.get(MODULE)).toEqual({ state: 'active' });
  });

  it('are not asked to let it go while nobody stands by to take it up: the module lives where it was', async () => {
    const [source, target] = await newPlaces();
    await hosting(source, async () => {
      const said: string[] = [];
      await expect(
        move(source, target, {
          standbyMs: 0,
          standbyCommand: 'npm start there',
          log: (line) => said.push(line),
        }),
      ).rejects.toThrow(
        `${MODULE} is hosted by 1 running process, and no process stands by to take it up in ${nameOf(target)}. It lives in ${nameOf(source)} as before.`,
      );
      expect(said.join('\n')).toContain('Start one:\n  npm start there');
      expect(await stateOf(source)).toBe('active');
      await undo(source, target);
    });
  });

  it('let it go before the fence, and the one that stands by takes it up', async () => {
    const [source, target] = await newPlaces();
    const said: string[] = [];
    await hosting(source, async () => {
      const moving = move(source, target, { log: (line) => said.push(line) });
      await eventually(() => expect(said.join('\n')).toContain('waiting for a process'));
      await watch(target, ({ locations }) => {
        if (locations.get(MODULE)?.state !== 'active') return;
        void asProcess(target, (databases) =>
          new RelayLease(databases.of(MODULE), PROCESS_ID, 30_000).take(),
        );
      });
      expect((await moving).same).toBe(true);
    });
    expect(said.at(-1)).toBe(`a process has taken ${MODULE} up in ${nameOf(target)}`);
    const [{ facts }] = await ask<{ facts: object }>(
      source,
      `select facts from move_steps where step = 'let go'`,
    );
    expect(facts).toMatchObject({ processes: 1, stayed: 0 });
  });

  it('take it up again when a move is rolled back', async () => {
    const [source, target] = await newPlaces();
    const watching = await watch(source);
    await asOwner(source, `create table unknown (here int)`);
    await expect(move(source, target)).rejects.toThrow('unknown');
    await asOwner(source, `update placement set state = 'leaving', elsewhere = '${nameOf(target)}'`);
    await eventually(() => expect(watching.locations.get(MODULE)?.state).toBe('leaving'));
    await undo(source, target);
    await eventually(() => expect(watching.locations.get(MODULE)?.state).toBe('active'));
  });
});
