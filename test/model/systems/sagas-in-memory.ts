import type { MemoryManager } from '../memory-tables';

interface SagaRow {
  saga: string;
  id: string;
  deadline_at: string | null;
}

const keyOf = (saga: string, id: string): string => `${saga} ${id}`;

/** The statements of `SagaStore` over a table in memory. */
export function keepSagas(memory: MemoryManager): void {
  const sagas = memory.table<SagaRow>();
  const rowsOf = (json: string): SagaRow[] => JSON.parse(json) as SagaRow[];
  memory.answer('select saga, id, state', ([saga, ids]: [string, string[]]) =>
    [...ids].sort().flatMap((id) => {
      const row = sagas.get(keyOf(saga, id));
      return row ? [{ ...row, deadline_at: row.deadline_at && new Date(row.deadline_at) }] : [];
    }),
  );
  memory.answer('insert into sagas', ([json]: [string], statement) =>
    rowsOf(json).flatMap((row) => {
      const key = keyOf(row.saga, row.id);
      if (sagas.has(key)) {
        if (statement.includes('on conflict do nothing')) return [];
        throw new RangeError(`The process ${row.id} begins twice.`);
      }
      sagas.set(key, row);
      return [row];
    }),
  );
  memory.answer('update sagas', ([json]: [string]) => {
    for (const row of rowsOf(json)) {
      if (!sagas.has(keyOf(row.saga, row.id)))
        throw new RangeError(`The process ${row.id} is changed and has not begun.`);
      sagas.set(keyOf(row.saga, row.id), row);
    }
  });
}
