import type { Stage } from '../stage/stage';

/**
 * Handling some of the news about prices fails from now on: every third price cannot be kept, those around it
 * can.
 */
export async function poisonNews(stage: Stage): Promise<void> {
  await stage.askAsSuperuser('create schema if not exists rig');
  await stage.askAsSuperuser(
    `create or replace function rig.refuse() returns trigger language plpgsql as $$ begin raise exception 'poisoned by the rig'; end $$`,
  );
  await stage.askAsSuperuser(
    `create or replace trigger poisoned_by_the_rig before insert or update on orders.price_copies
     for each row when (new.item_id like 'NEWS-%' and new.unit_price % 3 = 0) execute function rig.refuse()`,
  );
}

/** Nothing fails any more; what was set aside is for the application to take up by itself. */
export async function curePoisonedNews(stage: Stage): Promise<void> {
  await stage.askAsSuperuser('drop trigger if exists poisoned_by_the_rig on orders.price_copies');
}

/** How many messages about prices are set aside now. */
export async function heldNews(stage: Stage): Promise<number> {
  const [{ held }] = await stage.askAsAuditor<{ held: number }>(
    `select count(*)::int as held from orders.deferred_messages where subscription = 'orders.keep-prices'`,
  );
  return held;
}
