import type { Invariant } from '../platform/invariants';

/** Goods that have left are with their parcel, and may outlive an order whose parcel did not arrive. */
export const reservationEndsWithItsOrder: Invariant = {
  sentence: 'no reservation outlives its order',
  sql: () => `
    select r.order_id::text as id,
           case when o.order_id is null then 'its order does not exist'
                when r.state = 'reserved' and o.state in ('completed', 'rejected', 'cancelled') then format('still reserved, and the order is %s', o.state)
                when r.state = 'dispatched' and o.state in ('rejected', 'cancelled') and coalesce(s.state, '') not in ('refused', 'lost', 'returned')
                  then format('dispatched, and the order is %s', o.state)
           end as problem
    from inventory.reservations r left join orders.orders o using (order_id) left join shipping.shipments s using (order_id)`,
};
