import type { Invariant } from '../platform/invariants';

/**
 * The figures of an item are kept with it; what the reservations and the log tell is added up here on its
 * own.
 */
export const stockAddsUp: Invariant = {
  sentence:
    'per item, on hand = received + adjusted - dispatched + returned, never negative, and lost what left with lost parcels, as the reservations and the log tell it',
  sql: () => `
    with movements (item_id, received, adjusted, reserved, dispatched, returned, lost) as (
      select l.item_id, 0, 0, case r.state when 'reserved' then l.quantity else 0 end, case r.state when 'dispatched' then l.quantity else 0 end,
             case r.parcel when 'returned' then l.quantity else 0 end, case r.parcel when 'lost' then l.quantity else 0 end
      from inventory.reservations r cross join jsonb_to_recordset(r.lines) as j ("itemId" text, quantity bigint)
      cross join lateral (select j."itemId" as item_id, j.quantity) l
      union all
      select j."itemId", 0, 0, 0, 0, j.quantity, 0
      from inventory.reservations r cross join jsonb_array_elements(r.returns) as back cross join jsonb_to_recordset(back -> 'lines') as j ("itemId" text, quantity bigint)
      union all
      select m.aggregateid, case m.type when 'inventory.stock-received' then m.quantity else 0 end, case m.type when 'inventory.stock-adjusted' then m.quantity else 0 end, 0, 0, 0, 0
      from (select distinct id, aggregateid, type, (payload ->> 'quantity')::bigint as quantity from inventory.outbox where aggregatetype = 'stock-item') m
    ), told as (
      select item_id, sum(received) as received, sum(adjusted) as adjusted, sum(reserved) as reserved, sum(dispatched) as dispatched, sum(returned) as returned, sum(lost) as lost
      from movements group by item_id
    )
    select coalesce(s.item_id, t.item_id) as id,
           case when s.item_id is null then 'goods moved, but there is no stock of it'
                when s.on_hand <> s.received + s.adjusted - s.dispatched + s.returned then format('on hand %s, but %s + %s - %s + %s', s.on_hand, s.received, s.adjusted, s.dispatched, s.returned)
                when s.on_hand < 0 or s.reserved < 0 or s.reserved > s.on_hand then format('on hand %s, reserved %s', s.on_hand, s.reserved)
                when (s.reserved, s.dispatched, s.returned, s.lost) is distinct from (coalesce(t.reserved, 0), coalesce(t.dispatched, 0), coalesce(t.returned, 0), coalesce(t.lost, 0))
                  then format('reserved %s, dispatched %s, returned %s, lost %s; by the reservations %s, %s, %s, %s', s.reserved, s.dispatched, s.returned, s.lost, coalesce(t.reserved, 0), coalesce(t.dispatched, 0), coalesce(t.returned, 0), coalesce(t.lost, 0))
                when (s.received, s.adjusted) is distinct from (coalesce(t.received, 0), coalesce(t.adjusted, 0))
                  then format('received %s, adjusted %s; by the log %s, %s', s.received, s.adjusted, coalesce(t.received, 0), coalesce(t.adjusted, 0))
           end as problem
    from inventory.stock_items s full join told t using (item_id)`,
};
