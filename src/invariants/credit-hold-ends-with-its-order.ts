import type { Invariant } from '../platform/invariants';

export const creditHoldEndsWithItsOrder: Invariant = {
  sentence: 'no credit hold and no authorised payment outlives its order',
  sql: () => `
    select concat_ws(' ', e.kind, e.order_id) as id,
           case when o.order_id is null then 'its order does not exist'
                when e.open and o.state in ('completed', 'rejected', 'cancelled') then format('still %s, and the order is %s', e.state, o.state)
           end as problem
    from (select 'credit-hold' as kind, order_id, state, state = 'held' as open from payments.credit_holds
          union all
          select 'payment', order_id, state, state in ('requested', 'authorised', 'capturing', 'voiding') from payments.payments) e
    left join orders.orders o using (order_id)`,
};
