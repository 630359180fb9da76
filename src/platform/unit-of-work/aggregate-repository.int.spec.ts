import { IsString } from 'class-validator';
import { type DataSource, EntitySchema } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { createTestDatabase, type Clone } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { statementsDuring } from '../../../test/support/statements';
import { Aggregate } from '../domain/aggregate';
import { EventContract } from '../messages/contract';
import { LogSignal } from './log-signal';
import { EventMessage } from '../messages/message';
import { Outbox } from './outbox';
import { withClient } from '../database/admin-client';
import { AggregateRepository } from './aggregate-repository';
import { buildDataSource } from '../database/data-sources';
import { ModuleDatabases } from '../database/module-databases';
import { UnitOfWork } from './unit-of-work';

const MODULE = 'shipping';

@EventContract('shipping.thing-named', { version: 1 })
class ThingNamed extends EventMessage<ThingNamed> {
  @IsString()
  readonly name!: string;
}

class Thing extends Aggregate {
  thingId!: string;
  name!: string;
  /** Unique. */
  place!: string;
  amount = 0;
  facts: unknown = {};
  foundAt: Date | null = null;

  static called(name: string, more: Partial<Thing> = {}): Thing {
    const thing = Object.assign(new Thing(), { thingId: uuidv7(), place: uuidv7(), ...more });
    thing.call(name);
    return thing;
  }

  call(name: string): void {
    this.name = name;
    this.record(new ThingNamed({ name }));
  }

  protected get aggregateId(): string {
    return this.thingId;
  }

  protected get aggregateType(): string {
    return 'thing';
  }
}

const ThingSchema = new EntitySchema<Thing>({
  name: 'thing',
  target: Thing,
  tableName: 'things',
  columns: {
    thingId: { name: 'thing_id', type: 'uuid', primary: true },
    name: { type: 'text' },
    place: { type: 'text' },
    amount: { type: 'bigint', transformer: { to: (units: number) => units, from: Number } },
    facts: { type: 'jsonb', nullable: true },
    foundAt: { name: 'found_at', type: 'timestamptz', nullable: true },
    version: { type: 'int' },
  },
});

class Things extends AggregateRepository<Thing> {
  constructor(work: UnitOfWork) {
    super(work, Thing, 'thingId');
  }

  lockAt(place: string): Promise<Thing | null> {
    return this.lockBy('place', place);
  }

  lockAllAt(places: readonly string[]): Promise<Thing[]> {
    return this.lockAllBy('place', places);
  }
}

describe('aggregates of a unit of work', () => {
  let clone: Clone;
  let source: DataSource;
  let work: UnitOfWork;
  let things: Things;

  beforeAll(async () => {
    clone = await createTestDatabase();
    await admin(`
      create table shipping.things (
        thing_id uuid primary key, name text not null, place text not null unique, amount bigint not null,
        facts jsonb, found_at timestamptz, version int not null
      );
      grant all on shipping.things to public`);
    const connection = clone.connections.find(({ module }) => module === MODULE)!;
    source = await buildDataSource(connection, [ThingSchema], {
      poolSize: 2,
      leaseMs: 30_000,
      log: () => undefined,
    }).initialize();
    work = new UnitOfWork(new ModuleDatabases(new Map([[MODULE, source]])), new Outbox(), new LogSignal());
    things = new Things(work);
  });

  afterAll(async () => {
    await source?.destroy();
    await clone?.drop();
  });

  const admin = (sql: string) => withClient(clone.adminUrl, 'test', (client) => client.query(sql));
  const inside = <T>(task: () => Promise<T>): Promise<T> => work.run(MODULE, task);
  const reading = <T>(task: () => Promise<T>): Promise<T> => work.read(MODULE, task);
  const added = async (...names: string[]): Promise<Thing[]> => {
    const made = names.map((name) => Thing.called(name));
    await inside(() => Promise.all(made.map((thing) => things.add(thing))));
    return made;
  };
  const verbs = (statements: string[]): string[] => statements.map((sql) => sql.trim().split(' ')[0]);
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `thing ${index}`);
  const log = async (thingId: string): Promise<string[]> => {
    const { rows } = await admin(
      `select payload ->> 'name' as name from shipping.outbox where aggregateid = '${thingId}' order by seq`,
    );
    return (rows as { name: string }[]).map(({ name }) => name);
  };

  it.each([1, 100])('are written together: %i new ones and as many changed ones', async (count) => {
    const old = await added(...numbered(count));
    const ids = old.map(({ thingId }) => thingId);
    const fresh = numbered(count).map((name) => Thing.called(`new ${name}`));
    const statements = await statementsDuring(() =>
      inside(async () => {
        await things.lockAll(ids);
        for (const [index, thingId] of ids.entries()) {
          const thing = await things.lock(thingId);
          thing!.call(`changed ${index}`);
          await things.save(thing!);
          await things.add(fresh[index]);
        }
      }),
    );
    expect(verbs(statements)).toEqual(['begin', 'select', 'insert', 'update', 'insert', 'commit']);
    const kept = await reading(() =>
      Promise.all([...ids, ...fresh.map(({ thingId }) => thingId)].map((id) => things.find(id))),
    );
    expect(kept.map((thing) => thing?.name)).toEqual([
      ...ids.map((_, index) => `changed ${index}`),
      ...fresh.map(({ name }) => name),
    ]);
  });

  it('are written once, however often they were saved, and tell everything', async () => {
    const [{ thingId }] = await added('a');
    const statements = await statementsDuring(() =>
      inside(async () => {
        for (const name of ['b', 'c', 'd']) {
          const thing = await things.lock(thingId);
          thing!.call(name);
          await things.save(thing!);
        }
      }),
    );
    expect(verbs(statements)).toEqual(['begin', 'select', 'update', 'insert', 'commit']);
    expect(await reading(() => things.find(thingId))).toMatchObject({ name: 'd', version: 4 });
    expect(await log(thingId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are written only where they changed', async () => {
    const [changed, same] = await added('a', 'b');
    await inside(async () => {
      const both = await things.lockAll([changed.thingId, same.thingId]);
      both.find(({ thingId }) => thingId === changed.thingId)!.call('c');
      for (const thing of both) await things.save(thing);
    });
    // Both were inserted by one transaction; a transaction that writes a row again leaves its own id in it.
    const { rows } = await admin(
      `select name, xmin::text as writer from shipping.things where thing_id in ('${changed.thingId}', '${same.thingId}') order by name`,
    );
    expect(rows).toEqual([
      { name: 'b', writer: expect.any(String) },
      { name: 'c', writer: expect.any(String) },
    ]);
    expect(rows[0].writer).not.toBe(rows[1].writer);
  });

  it('come back as they were written', async () => {
    const texts = ['"quoted" \\ and \\u0041', 'it\'s {"a": 1}, [null]', 'lines\n\tand 🚚', '', 'null'];
    const facts: unknown[] = [{ deep: [1, null, { a: '\\"' }] }, [], 'text', null, { toString: 1 }];
    const made = texts.map((name, index) =>
      Thing.called(name, {
        amount: index % 2 === 0 ? Number.MAX_SAFE_INTEGER - index : -index,
        facts: facts[index],
        foundAt: index % 2 === 0 ? new Date('2026-02-28T23:59:59.987Z') : null,
      }),
    );
    await inside(() => Promise.all(made.map((thing) => things.add(thing))));
    await inside(async () => {
      for (const thing of await things.lockAll(made.map(({ thingId }) => thingId))) {
        expect(thing).toEqual(made.find(({ thingId }) => thingId === thing.thingId));
        thing.foundAt = thing.foundAt ? null : new Date('1999-12-31T00:00:00.001Z');
        thing.facts = { was: thing.facts };
        thing.call(`${thing.name}!`);
        await things.save(thing);
      }
    });
    for (const [index, { thingId, amount }] of made.entries()) {
      expect(await reading(() => things.find(thingId))).toMatchObject({
        name: `${texts[index]}!`,
        amount,
        facts: { was: facts[index] },
        foundAt: index % 2 === 0 ? null : new Date('1999-12-31T00:00:00.001Z'),
        version: 2,
      });
    }
  });

  it('are one object each, by whatever they are asked for, and in no other unit of work', async () => {
    const [{ thingId, place }] = await added('a');
    const first = await inside(async () => {
      const thing = (await things.lock(thingId))!;
      thing.call('b');
      expect(await things.lock(thingId)).toBe(thing);
      expect(await things.lock(thingId.toUpperCase())).toBe(thing);
      expect((await things.lockAll([uuidv7(), thingId]))[0]).toBe(thing);
      expect(await things.lockAt(place)).toBe(thing);
      expect((await things.lockAllAt([place]))[0]).toBe(thing);
      expect(await things.find(thingId)).toBe(thing);
      return thing;
    });
    await inside(async () => {
      const again = await things.lock(thingId);
      expect(again).not.toBe(first);
      expect(again).toMatchObject({ name: 'a' });
    });
  });

  it('stay the same object when another property finds them first', async () => {
    const [{ thingId, place }] = await added('a');
    await inside(async () => {
      const thing = await things.lockAt(place);
      expect(await things.lock(thingId)).toBe(thing);
      expect(await things.lockAll([thingId])).toEqual([thing]);
    });
  });

  it('stay the same object when their row is found by what they no longer say', async () => {
    const [{ thingId, place }] = await added('a');
    await inside(async () => {
      const thing = (await things.lock(thingId))!;
      thing.place = uuidv7();
      expect(await things.lockAt(place)).toBe(thing);
      expect(await things.lock(thingId)).toBe(thing);
    });
  });

  it('are asked for once when they are not there, and are there once they were added', async () => {
    const thing = Thing.called('a');
    const statements = await statementsDuring(() =>
      inside(async () => {
        expect(await things.lockAll([thing.thingId])).toEqual([]);
        expect(await things.lock(thing.thingId)).toBeNull();
        await things.add(thing);
        expect(await things.lock(thing.thingId)).toBe(thing);
        expect(await things.lockAt(thing.place)).toBe(thing);
      }),
    );
    expect(verbs(statements)).toEqual(['begin', 'select', 'insert', 'insert', 'commit']);
  });

  it('that somebody else was faster to add are found after all', async () => {
    const mine = Thing.called('mine');
    await inside(async () => {
      await things.lockAll([mine.thingId]);
      await admin(
        `insert into shipping.things values ('${mine.thingId}', 'theirs', 'there', 0, null, null, 0)`,
      );
      expect(await things.addUnlessThere(mine)).toBe(false);
      expect(await things.lock(mine.thingId)).toMatchObject({ name: 'theirs' });
    });
    expect(await log(mine.thingId)).toEqual([]);
  });

  it('are seen by SQL once the unit of work was flushed, and not before', async () => {
    const thing = Thing.called('a');
    const count = async (): Promise<number> =>
      (await work.manager.query<unknown[]>('select 1 from things where thing_id = $1', [thing.thingId]))
        .length;
    await inside(async () => {
      await things.add(thing);
      expect(await count()).toBe(0);
      await work.flush();
      expect(await count()).toBe(1);
      thing.call('b');
      await things.save(thing);
    });
    expect(await reading(() => things.find(thing.thingId))).toMatchObject({ name: 'b', version: 2 });
  });

  it('that are locked cannot be changed by another transaction until the unit of work ends', async () => {
    const thing = Thing.called('mine');
    await inside(() => things.add(thing));
    const changeAtOnce = () =>
      admin(
        `set lock_timeout = '1ms'; update shipping.things set amount = amount + 1 where thing_id = '${thing.thingId}'`,
      );
    await inside(async () => {
      await things.lock(thing.thingId);
      await expect(changeAtOnce()).rejects.toMatchObject({ code: '55P03' });
    });
    await changeAtOnce();
    await inside(async () => {
      await things.lockAll([thing.thingId]);
      await expect(changeAtOnce()).rejects.toMatchObject({ code: '55P03' });
    });
  });

  it('are locked in the order of their keys, however they are asked for: two units of work never wait for each other in a circle', async () => {
    const added = Array.from({ length: 9 }, (_, number) => Thing.called(`in a row ${number}`));
    await inside(async () => {
      for (const thing of added) await things.add(thing);
    });
    const ids = added.map(({ thingId }) => thingId).sort();
    const middle = ids[4];
    await withClient(clone.adminUrl, 'test', async (holder) => {
      await holder.query('begin');
      await holder.query('select from shipping.things where thing_id = $1 for update', [middle]);
      const waiting = inside(() => things.lockAll([...ids].reverse()));
      await eventually(async () => {
        const { rows } = await admin(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        expect(rows).toHaveLength(1);
      });
      const { rows: free } = await admin(
        `select thing_id from shipping.things where name like 'in a row %' order by thing_id for update skip locked`,
      );
      expect(free.map(({ thing_id }: { thing_id: string }) => thing_id)).toEqual(ids.slice(5));
      await holder.query('commit');
      expect(await waiting).toHaveLength(9);
    });
  });

  it('that are gone when they are written undo everything', async () => {
    const [here, gone] = await added('here', 'gone');
    const running = inside(async () => {
      for (const thing of await things.lockAll([here.thingId, gone.thingId])) {
        thing.call('changed');
        await things.save(thing);
      }
      await work.manager.query('delete from things where thing_id = $1', [gone.thingId]);
    });
    await expect(running).rejects.toThrow(
      '2 rows of "things" should have changed, but only 1 of them are there',
    );
    expect(await reading(() => things.find(here.thingId))).toMatchObject({ name: 'here' });
    expect(await log(here.thingId)).toEqual(['here']);
  });
});
