import type { Invariant } from '../platform/invariants';

/** The order of such a parcel may be on its way to its end; that it gets there is another invariant. */
export const parcelThatDidNotArriveIsSettled: Invariant = {
  sentence:
    'the goods of a lost parcel count as lost and those of a returned one are back, and no order with such a parcel is completed',
  sql: () => `
    select coalesce(s.order_id, r.order_id)::text as id,
           case when s.state in ('refused', 'lost', 'returned') and coalesce(o.state, '') not in ('undoing', 'cancelled')
                  then format('the parcel is %s, and the order is %s', s.state, coalesce(o.state, 'not there'))
                when r.parcel is distinct from (case when s.state in ('lost', 'returned') then s.state end)
                  then format('the parcel is %s, and its goods are %s', coalesce(s.state, 'not there'), coalesce(r.parcel, 'neither lost nor back'))
           end as problem
    from shipping.shipments s full join inventory.reservations r using (order_id) left join orders.orders o using (order_id)`,
};
