import type { Stage } from './stage';

/** The rows that a reaction writes whenever it is called, and the columns that say which message it was called with. */
const WRITTEN_BY = [
  { subscription: 'orders.keep-items', table: 'orders.item_copies', key: 'item_id', mark: '{none}' },
  { subscription: 'orders.keep-prices', table: 'orders.price_copies', key: 'item_id', mark: '{unit_price}' },
  { subscription: 'shipping.keep-address-book', table: 'shipping.address_copies', key: 'customer_id', mark: '{address,line1}' },
  { subscription: 'inventory.keep-item-copy', table: 'inventory.item_copies', key: 'item_id', mark: '{none}' },
] as const;

/**
 * Triggers of the rig's own, which note every effect in the transaction that makes it: one that is made twice is two rows, in the
 * order in which they were made, and one that is rolled back is none. The application's roles can neither read nor change them.
 */
export async function noteEffects(stage: Stage): Promise<void> {
  await stage.askAsSuperuser(`
    create schema rig;
    create table rig.effects (seq bigint generated always as identity primary key, subscription text not null, key text not null, mark text);
    create function rig.note() returns trigger language plpgsql security definer set search_path = rig, pg_temp as $function$
      begin
        insert into rig.effects (subscription, key, mark) values (tg_argv[0], to_jsonb(new) ->> tg_argv[1], to_jsonb(new) #>> tg_argv[2]::text[]);
        return null;
      end $function$;
    ${WRITTEN_BY.map(
      ({ subscription, table, key, mark }) =>
        `create trigger rig_note after insert or update on ${table} for each row execute function rig.note('${subscription}', '${key}', '${mark}');`,
    ).join('\n')}`);
}
