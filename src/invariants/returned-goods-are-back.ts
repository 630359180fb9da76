import type { Invariant } from '../platform/invariants';

export const returnedGoodsAreBack: Invariant = {
  sentence: 'what orders took back is what came back into the stock, and never more than was bought',
  sql: () => `
    with taken as (
      select order_id, l ->> 'itemId' as item_id, sum((l ->> 'quantity')::bigint) as quantity, bool_or((l ->> 'stockTracked')::boolean) as stock_tracked
      from orders.order_returns cross join jsonb_array_elements(lines) l group by 1, 2
    ), bought as (
      select order_id, l ->> 'itemId' as item_id, sum((l ->> 'quantity')::bigint) as quantity, sum((l ->> 'returned')::bigint) as returned
      from orders.orders cross join jsonb_array_elements(lines) l where order_id in (select order_id from taken) group by 1, 2
    ), stocked as (
      select order_id, l ->> 'itemId' as item_id, sum((l ->> 'quantity')::bigint) as quantity
      from inventory.reservations cross join jsonb_array_elements(returns) back cross join jsonb_array_elements(back -> 'lines') l group by 1, 2
    )
    select concat_ws(' ', order_id, item_id) as id,
           case when t.order_id is null then format('%s came back that no return tells of', s.quantity)
                when t.quantity > coalesce(b.quantity, 0) then format('%s of %s were returned', t.quantity, coalesce(b.quantity, 0))
                when t.quantity <> b.returned then format('%s were returned, but its lines say %s', t.quantity, b.returned)
                when t.stock_tracked and t.quantity <> coalesce(s.quantity, 0) then format('%s were returned, and %s came back', t.quantity, coalesce(s.quantity, 0))
                when not t.stock_tracked and s.quantity > 0 then 'a service came back into the stock'
           end as problem
    from taken t left join bought b using (order_id, item_id) full join stocked s using (order_id, item_id)`,
};
