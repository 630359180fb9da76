import type { Invariant } from '../platform/invariants';

/**
 * After the delivery an order is paid for before it is completed, so one that is under way may have been
 * delivered.
 */
export const completedOrderWasDelivered: Invariant = {
  sentence:
    'every completed order with goods has exactly one delivered shipment with just these goods, and no other order has one',
  sql: () => `
    with ordered as (
      select o.order_id, o.state,
             (select jsonb_object_agg(item_id, quantity) from (
                select l ->> 'itemId' as item_id, sum((l ->> 'quantity')::bigint) as quantity from jsonb_array_elements(o.lines) l where (l ->> 'stockTracked')::boolean group by 1) g) as goods
      from orders.orders o
    ), delivered as (
      select order_id, count(*) as shipments,
             min((select jsonb_object_agg(item_id, quantity) from (
                select l ->> 'itemId' as item_id, sum((l ->> 'quantity')::bigint) as quantity from jsonb_array_elements(lines) l group by 1) g)::text)::jsonb as goods
      from shipping.shipments where state = 'delivered' group by order_id
    )
    select order_id::text as id,
           case when o.order_id is null then 'a delivery without an order'
                when o.goods is null and d.shipments > 0 then 'delivered, though nothing of it can be sent'
                when o.state in ('rejected', 'cancelled') and d.shipments > 0 then format('delivered, and the order is %s', o.state)
                when o.state = 'completed' and o.goods is not null and coalesce(d.shipments, 0) <> 1 then format('completed with %s deliveries', coalesce(d.shipments, 0))
                when d.goods <> o.goods then format('delivered %s, ordered %s', d.goods, o.goods)
           end as problem
    from ordered o full join delivered d using (order_id)`,
};
