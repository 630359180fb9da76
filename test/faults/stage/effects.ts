import type { Stage } from './stage';

/**
 * The rows that a reaction writes whenever it is called, and the columns that say which message it was called
 * with.
 */
const WRITTEN_BY = [
  { subscription: 'orders.keep-items', table: 'orders.item_copies', key: 'item_id', mark: '{none}' },
  { subscription: 'orders.keep-prices', table: 'orders.price_copies', key: 'item_id', mark: '{unit_price}' },
  {
    subscription: 'shipping.keep-address-book',
    table: 'shipping.address_copies',
    key: 'customer_id',
    mark: '{address,line1}',
  },
  {
    subscription: 'inventory.keep-item-copy',
    table: 'inventory.item_copies',
    key: 'item_id',
    mark: '{none}',
  },
] as const;

/**
 * Triggers of the rig's own, which note every effect in the transaction that makes it: one that is made twice
 * is two rows, in the order in which they were made, and one that is rolled back is none. The application's
 * roles cannot change them.
 */
export async function noteEffects(stage: Stage): Promise<void> {
  for (const { modules, ask } of stage.places) {
    await ask(TABLE);
    for (const { subscription, table, key, mark } of WRITTEN_BY.filter(({ table }) =>
      modules.includes(table.split('.')[0]),
    ))
      await ask(
        `create trigger rig_note after insert or update on ${table} for each row execute function rig.note('${subscription}', '${key}', '${mark}')`,
      );
  }
  if (stage.places.length > 1) await stage.askAsSuperuser(sideBySide(stage.places));
}

const TABLE = `
  create schema if not exists rig;
  grant usage on schema rig to public;
  create table rig.effects (
    seq bigint generated always as identity primary key, subscription text not null, key text not null, mark text,
    at timestamptz not null default clock_timestamp()
  );
  grant select on rig.effects to public;
  create function rig.note() returns trigger language plpgsql security definer set search_path = rig, pg_temp as $function$
    begin
      insert into rig.effects (subscription, key, mark) values (tg_argv[0], to_jsonb(new) ->> tg_argv[1], to_jsonb(new) #>> tg_argv[2]::text[]);
      return null;
    end $function$`;

/**
 * The notes of all places as one table, where the modules' tables are seen side by side too. Places share a
 * clock: they are on one machine.
 */
function sideBySide(places: Stage['places']): string {
  const schemas = places.map(({ server }) => `rig_${server}`);
  const imports = places.map(
    ({ server }, index) =>
      `create schema ${schemas[index]}; import foreign schema rig limit to (effects) from server ${server} into ${schemas[index]};`,
  );
  const notes = schemas.map(
    (schema) =>
      `select (extract(epoch from at) * 1000000)::bigint as seq, subscription, key, mark from ${schema}.effects`,
  );
  return `${imports.join(' ')} create schema if not exists rig; create view rig.effects as ${notes.join(' union all ')}`;
}
