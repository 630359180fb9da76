import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE: Renaming = ['held_messages', 'deferred_messages'];
const COLUMNS: readonly Renaming[] = [
  ['subject', 'key'],
  ['held_at', 'deferred_at'],
];

type Renaming = readonly [from: string, to: string];

/**
 * What waits outside of the log is called what it is: deferred messages, each of a key. Only names change.
 */
export class DeferMessages implements MigrationInterface {
  name = 'DeferMessages0000000000031';

  async up(runner: QueryRunner): Promise<void> {
    await rename(runner, TABLE, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await rename(runner, reversed(TABLE), COLUMNS.map(reversed));
  }
}

const reversed = ([from, to]: Renaming): Renaming => [to, from];

async function rename(
  runner: QueryRunner,
  [table, newTable]: Renaming,
  columns: readonly Renaming[],
): Promise<void> {
  // In the order in which a batch locks them, or the two would wait for each other.
  await runner.query(`lock table subscription_positions, ${table} in access exclusive mode`);
  await runner.query(`alter table ${table} rename to ${newTable}`);
  await runner.query(`alter index ${table}_due rename to ${newTable}_due`);
  for (const [column, newColumn] of columns)
    await runner.query(`alter table ${newTable} rename column ${column} to ${newColumn}`);
  // The server named them after the table, newer ones after its columns as well.
  const constraints = (await runner.query(
    'select conname::text as name from pg_constraint where conrelid = to_regclass($1)',
    [newTable],
  )) as { name: string }[];
  for (const { name } of constraints) {
    const renamed = columns.reduce(
      (text, [from, to]) => text.replace(`_${from}_`, `_${to}_`),
      name.replace(table, newTable),
    );
    await runner.query(`alter table ${newTable} rename constraint ${name} to ${renamed}`);
  }
  // Where the module does not live, rights to write are noted by these names until it does.
  await runner.query(
    `update placement set withheld = (
       select jsonb_agg(case when r ->> 'name' = $1 then r || jsonb_build_object('name', $2::text)
                               || case when $3::jsonb ? (r ->> 'column') then jsonb_build_object('column', $3::jsonb ->> (r ->> 'column')) else '{}' end
                             else r end order by place)
       from jsonb_array_elements(withheld) with ordinality as w (r, place))
     where withheld <> '[]'`,
    [table, newTable, JSON.stringify(Object.fromEntries(columns))],
  );
}
