import type { Invariant } from '../platform/invariants';

/**
 * Per order, and all that it costs in its own currency, which makes it true of the sums in each currency.
 * Between capture and completion an order may be paid and not completed yet.
 */
export const moneyAddsUp: Invariant = {
  sentence: 'captured - refunded = the value of completed orders - their returns',
  sql: () => `
    with value as (
      select order_id, state, currency, total, case state when 'completed' then total else 0 end as owed,
             (select coalesce(sum((l ->> 'quantity')::bigint * (l ->> 'unitPrice')::bigint), 0) from jsonb_array_elements(lines) l) as of_lines
      from orders.orders
    ), paid as (
      select order_id, currency, case state when 'captured' then amount else 0 end as captured, refunded from payments.payments
    ), back as (
      select order_id, sum(refund) as refund, string_agg(distinct currency, '+') as currency,
             sum((select sum((l ->> 'quantity')::bigint * (l ->> 'unitPrice')::bigint) from jsonb_array_elements(lines) l)) as of_lines
      from orders.order_returns group by order_id
    )
    select order_id::text as id,
           case when v.order_id is null then 'a payment without an order'
                when p.currency <> v.currency then format('it is in %s, and its payment in %s', v.currency, p.currency)
                when h.currency <> v.currency then format('it is in %s, and its credit hold in %s', v.currency, h.currency)
                when b.currency <> v.currency then format('it is in %s, and its returns in %s', v.currency, b.currency)
                when v.total <> v.of_lines then format('the total is %s, but its lines come to %s', v.total, v.of_lines)
                when b.refund <> b.of_lines then format('its returns refund %s, but their lines come to %s', b.refund, b.of_lines)
                when v.state not in ('capturing', 'releasing-credit') and coalesce(p.captured, 0) <> v.owed
                  then format('%s, worth %s, and %s was captured', v.state, v.owed, coalesce(p.captured, 0))
                when coalesce(p.captured, 0) not in (0, v.total) then format('%s was captured for %s', p.captured, v.total)
                when coalesce(p.refunded, 0) <> coalesce(b.refund, 0) then format('returns worth %s, and %s was refunded', coalesce(b.refund, 0), coalesce(p.refunded, 0))
           end as problem
    from value v full join paid p using (order_id) left join back b using (order_id)
    left join payments.credit_holds h using (order_id)`,
};
