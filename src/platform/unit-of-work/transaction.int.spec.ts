import { IsString } from 'class-validator';
import type { DataSource } from 'typeorm';
import { createTestDatabase, type Clone } from '../../../test/support/database';
import { EventContract } from '../messages/contract';
import { LogSignal } from './log-signal';
import { EventMessage } from '../messages/message';
import { Outbox } from './outbox';
import { withClient } from '../database/admin-client';
import { buildDataSource } from '../database/data-sources';
import { ModuleDatabases } from '../database/module-databases';
import { Transaction } from '../database/transaction';
import { UnitOfWork } from './unit-of-work';

const MODULE = 'shipping';

@EventContract('shipping.note-written', { version: 1 })
class NoteWritten extends EventMessage<NoteWritten> {
  @IsString()
  readonly note!: string;
}

describe("a unit of work's transaction", () => {
  let clone: Clone;
  let source: DataSource;
  let work: UnitOfWork;
  const raised: string[] = [];

  beforeAll(async () => {
    clone = await createTestDatabase();
    await withClient(clone.adminUrl, 'test', (client) =>
      client.query(`create table shipping.notes (note text not null); grant all on shipping.notes to public`),
    );
    const connection = clone.connections.find(({ module }) => module === MODULE)!;
    // One connection, so that whatever a transaction leaves behind on it is in the way of the next.
    source = await buildDataSource(connection, [], {
      poolSize: 1,
      leaseMs: 30_000,
      log: () => undefined,
    }).initialize();
    const signal = new LogSignal();
    signal.listenToOwn((module) => raised.push(module));
    work = new UnitOfWork(new ModuleDatabases(new Map([[MODULE, source]])), new Outbox(), signal);
  });

  afterAll(async () => {
    await source?.destroy();
    await clone?.drop();
  });

  beforeEach(async () => {
    raised.length = 0;
    await withClient(clone.adminUrl, 'test', (client) =>
      client.query('truncate shipping.notes, shipping.outbox'),
    );
  });

  const write = (note: string | null): Promise<unknown> =>
    work.manager.query('insert into notes values ($1)', [note]);
  const publish = (note: string): void =>
    work.append({
      message: new NoteWritten({ note }),
      aggregateType: 'note',
      aggregateId: 'n',
      keyVersion: 1,
    });
  /** What other connections can see. */
  const seen = (): Promise<{ notes: string[]; published: number }> =>
    withClient(clone.adminUrl, 'test', async (client) => {
      const { rows: notes } = await client.query<{ note: string }>(
        'select note from shipping.notes order by note',
      );
      const { rowCount } = await client.query('select from shipping.outbox');
      return { notes: notes.map(({ note }) => note), published: rowCount ?? 0 };
    });
  const nothing = { notes: [], published: 0 };

  it('commits what was written with what was published', async () => {
    await work.run(MODULE, async () => {
      await write('a');
      publish('a');
      expect(await seen()).toEqual(nothing);
    });
    expect(await seen()).toEqual({ notes: ['a'], published: 1 });
    expect(raised).toEqual([MODULE]);
  });

  it('is not taken for committed after a statement failed and nobody said so', async () => {
    const committed = jest.fn();
    const running = work.run(MODULE, async () => {
      work.afterCommit(committed);
      await write('before');
      await write(null).catch(() => undefined);
    });
    await expect(running).rejects.toThrow(/rolled back by the server/);
    expect(await seen()).toEqual(nothing);
    expect(committed).not.toHaveBeenCalled();
  });

  it('commits nothing when its messages cannot be appended', async () => {
    const committed = jest.fn();
    const running = work.run(MODULE, async () => {
      work.afterCommit(committed);
      await write('before');
      publish('no jsonb takes \u0000');
    });
    await expect(running).rejects.toMatchObject({ code: '22P05' });
    expect(await seen()).toEqual(nothing);
    expect(committed).not.toHaveBeenCalled();
    expect(raised).toEqual([]);
  });

  it('commits nothing when its last statement fails, and leaves its connection fit for the next', async () => {
    const transaction = await Transaction.begin(source);
    try {
      await transaction.manager.query('insert into notes values ($1)', ['before']);
      await expect(
        transaction.commit({ text: 'insert into notes values (nullif($1, $2))', values: ['one', 'one'] }),
      ).rejects.toMatchObject({
        code: '23502',
      });
      await transaction.rollback();
    } finally {
      await transaction.release();
    }
    expect(await seen()).toEqual(nothing);
    await work.run(MODULE, () => write('after'));
    expect(await seen()).toMatchObject({ notes: ['after'] });
  });

  it('commits nothing when a deferred write fails, whatever else was deferred', async () => {
    const running = work.run(MODULE, async () => {
      const writer = (values: (string | null)[]) => ({
        write: async () => {
          for (const value of values) await write(value);
        },
      });
      work.defer(writer(['x', 'y', 'z']), undefined);
      work.defer(writer([null]), undefined);
      publish('a');
    });
    await expect(running).rejects.toMatchObject({ code: '23502' });
    expect(await seen()).toEqual(nothing);
    expect(raised).toEqual([]);
  });

  it('turns a transaction inside it into a savepoint, which commits nothing early', async () => {
    const running = work.run(MODULE, async () => {
      await work.manager.transaction((inner) => inner.query('insert into notes values ($1)', ['inner']));
      expect(await seen()).toEqual(nothing);
      throw new Error('changed its mind');
    });
    await expect(running).rejects.toThrow('changed its mind');
    expect(await seen()).toEqual(nothing);
  });

  it('goes on after a transaction inside it was undone, and commits the rest', async () => {
    await work.run(MODULE, async () => {
      await write('outer');
      const inner = work.manager.transaction(async (manager) => {
        await manager.query('insert into notes values ($1)', ['inner']);
        await manager.query('insert into notes values ($1)', [null]);
      });
      await expect(inner).rejects.toMatchObject({ code: '23502' });
    });
    expect(await seen()).toMatchObject({ notes: ['outer'] });
  });

  it('may be without any statement', async () => {
    expect(await work.run(MODULE, async () => 'done')).toBe('done');
    await expect(work.run(MODULE, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    await work.run(MODULE, () => write('after'));
    expect(await seen()).toMatchObject({ notes: ['after'] });
  });
});
