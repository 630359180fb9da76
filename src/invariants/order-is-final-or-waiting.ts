import { inEverySchema, type Invariant } from '../platform/invariants';

/**
 * What an order may wait for has a name: a parcel on its way, the payment provider, a deadline, a
 * message set aside, an operator.
 */
export const orderIsFinalOrWaiting: Invariant = {
  sentence: 'every order is final, or waits for something that can be named',
  sql: (modules) => `
    with waiting_for (order_id, what) as (
      select order_id::text, 'somebody to dispatch the parcel' from shipping.shipments where state = 'prepared'
      union all select order_id::text, 'the delivery' from shipping.shipments where state = 'dispatched'
      union all select payload ->> 'orderId', 'the payment provider' from payments.jobs
      union all select id, 'an answer, until its deadline' from orders.sagas where saga = 'orders.fulfilment' and deadline_at > now()
      union all ${inEverySchema(modules, (schema) => `select envelope #>> '{data,orderId}', 'a message that was set aside' from ${schema}.deferred_messages`)}
    ), paused (subscription) as (${inEverySchema(modules, (schema) => `select subscription from ${schema}.subscriptions where paused`)})
    select o.order_id::text as id,
           case when o.is_final and (s.id is null or s.final and s.state = o.state) then null
                when s.state <> o.state or s.final <> o.is_final then format('%s, but its fulfilment is %s', o.state, s.state)
                when o.order_id::text in (select order_id from waiting_for where order_id is not null) or exists (select from paused) then null
                when s.id is null then format('%s, and its fulfilment never began', o.state)
                else format('%s since %s, and waits for nothing', o.state, s.changed_at)
           end as problem
    from (select order_id, state, state in ('completed', 'rejected', 'cancelled') as is_final from orders.orders) o
    left join orders.sagas s on s.saga = 'orders.fulfilment' and s.id = o.order_id::text`,
};
