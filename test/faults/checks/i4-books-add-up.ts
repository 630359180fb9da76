import { type Check, sentences } from './check';

/** Written anew from what the architecture promises, beside the product's own checks and not from them. */
export const booksAddUp: Check = {
  invariant: 'I4',
  sentence: 'money, stock and credit add up, and nothing held outlives its order',
  async find(stage, record) {
    const received = JSON.stringify(
      [...record.items].map(([item, { received: quantity }]) => ({ item, quantity })),
    );
    return [
      ...(await sentences(stage, STOCK, [received])),
      ...(await sentences(stage, CREDIT)),
      ...(await sentences(stage, MONEY)),
      ...(await sentences(stage, PARCELS)),
    ];
  },
};

/** Per item: the figures of the item, against what the orders and shipments say has happened to it. */
const STOCK = `
  with lines as (
    select o.order_id, o.state, l ->> 'itemId' as item, (l ->> 'quantity')::bigint as quantity
    from orders.orders o cross join jsonb_array_elements(o.lines) l where (l ->> 'stockTracked')::boolean
  ), left_with_parcels as (
    select l.item, sum(l.quantity) as quantity from lines l join shipping.shipments s using (order_id)
    where s.state not in ('prepared', 'cancelled', 'failed') group by 1
  ), brought_back as (
    select item, sum(quantity) as quantity from (
      select l ->> 'itemId' as item, (l ->> 'quantity')::bigint as quantity
      from orders.order_returns r cross join jsonb_array_elements(r.lines) l where (l ->> 'stockTracked')::boolean
      union all
      select l.item, l.quantity from lines l join shipping.shipments s using (order_id) where s.state = 'returned'
    ) either group by 1
  ), gone as (
    select l.item, sum(l.quantity) as quantity from lines l join shipping.shipments s using (order_id) where s.state = 'lost' group by 1
  ), set_aside as (
    select item, sum(quantity) as quantity from lines where state not in ('completed', 'rejected', 'cancelled') group by 1
  )
  select case
    when s.on_hand < 0 or s.reserved < 0 then format('%s: on hand %s, reserved %s', s.item_id, s.on_hand, s.reserved)
    when s.on_hand <> s.received + s.adjusted - s.dispatched + s.returned
      then format('%s: on hand %s is not received %s + adjusted %s - dispatched %s + returned %s', s.item_id, s.on_hand, s.received, s.adjusted, s.dispatched, s.returned)
    when s.received <> coalesce(r.quantity, 0) then format('%s: %s were received, %s are booked', s.item_id, r.quantity, s.received)
    when s.dispatched <> coalesce(p.quantity, 0) then format('%s: %s left with parcels, %s are booked', s.item_id, coalesce(p.quantity, 0), s.dispatched)
    when s.returned <> coalesce(b.quantity, 0) then format('%s: %s came back, %s are booked', s.item_id, coalesce(b.quantity, 0), s.returned)
    when s.lost <> coalesce(g.quantity, 0) then format('%s: %s were lost with parcels, %s are booked', s.item_id, coalesce(g.quantity, 0), s.lost)
    when s.reserved > coalesce(a.quantity, 0) then format('%s: %s are reserved, and open orders want %s', s.item_id, s.reserved, coalesce(a.quantity, 0))
  end as what
  from inventory.stock_items s
  left join jsonb_to_recordset($1::jsonb) as r (item text, quantity bigint) on r.item = s.item_id
  left join left_with_parcels p on p.item = s.item_id
  left join brought_back b on b.item = s.item_id
  left join gone g on g.item = s.item_id
  left join set_aside a on a.item = s.item_id
  union all
  select format('the reservation of order %s is %s, and the order is %s', v.order_id, v.state, coalesce(o.state, 'not there'))
  from inventory.reservations v left join orders.orders o using (order_id) left join shipping.shipments p using (order_id)
  where o.order_id is null or v.state = 'reserved' and o.state in ('completed', 'rejected', 'cancelled')
    or v.state = 'dispatched' and (o.state = 'rejected' or o.state = 'cancelled' and p.state not in ('refused', 'lost', 'returned'))`;

const CREDIT = `
  with open_orders as (
    select o.customer_id, o.currency, sum(h.amount) as amount from payments.credit_holds h
    join orders.orders o using (order_id) where h.state = 'held' and o.state not in ('completed', 'rejected', 'cancelled') group by 1, 2
  )
  select case when a.held <> coalesce(o.amount, 0) then format('account %s: %s is held, and open orders come to %s', a.account_id, a.held, coalesce(o.amount, 0))
              when a.held > a.limit_amount then format('account %s: %s is held over a limit of %s', a.account_id, a.held, a.limit_amount) end as what
  from payments.credit_accounts a left join open_orders o using (customer_id, currency)
  union all
  select format('the credit hold of order %s is open, and the order is %s', h.order_id, coalesce(o.state, 'not there'))
  from payments.credit_holds h left join orders.orders o using (order_id)
  where o.order_id is null or h.state = 'held' and o.state in ('completed', 'rejected', 'cancelled')`;

const MONEY = `
  select case
    when o.order_id is null then format('there is a payment for order %s, which is not there', p.order_id)
    when p.currency <> o.currency then format('order %s is in %s, and its payment in %s', order_id, o.currency, p.currency)
    when b.currency <> o.currency then format('order %s is in %s, and its returns in %s', order_id, o.currency, b.currency)
    when o.total <> (select sum((l ->> 'quantity')::bigint * (l ->> 'unitPrice')::bigint) from jsonb_array_elements(o.lines) l) then format('order %s does not add up to %s', o.order_id, o.total)
    when o.state = 'completed' and (p.state is distinct from 'captured' or p.amount <> o.total) then format('order %s over %s is completed, and its payment is %s over %s', o.order_id, o.total, p.state, p.amount)
    when o.state in ('rejected', 'cancelled') and p.state not in ('declined', 'voided', 'forestalled') then format('order %s is %s, and its payment is %s', o.order_id, o.state, p.state)
    when coalesce(p.refunded, 0) <> coalesce(b.refund, 0) then format('order %s: returns come to %s, %s was refunded', o.order_id, coalesce(b.refund, 0), coalesce(p.refunded, 0))
  end as what
  from orders.orders o full join payments.payments p using (order_id)
  left join (select order_id, sum(refund) as refund, string_agg(distinct currency, '+') as currency from orders.order_returns group by 1) b using (order_id)`;

const PARCELS = `
  with wanted as (
    select order_id, state, (select jsonb_object_agg(item, quantity) from (
      select l ->> 'itemId' as item, sum((l ->> 'quantity')::bigint) as quantity from jsonb_array_elements(lines) l where (l ->> 'stockTracked')::boolean group by 1) g) as goods
    from orders.orders
  ), astray as (
    select order_id, state as parcel from shipping.shipments where state in ('refused', 'lost', 'returned')
  ), sent as (
    select order_id, count(*) as parcels, (array_agg((select jsonb_object_agg(item, quantity) from (
      select l ->> 'itemId' as item, sum((l ->> 'quantity')::bigint) as quantity from jsonb_array_elements(lines) l group by 1) g)))[1] as goods
    from shipping.shipments where state = 'delivered' group by 1
  )
  select case
    when a.parcel is not null and coalesce(w.state, '') not in ('undoing', 'cancelled') then format('the parcel of order %s is %s, and the order is %s', order_id, a.parcel, w.state)
    when w.order_id is null then format('a parcel was delivered for order %s, which is not there', s.order_id)
    when w.state = 'completed' and w.goods is not null and coalesce(s.parcels, 0) <> 1 then format('order %s is completed with %s delivered parcels', w.order_id, coalesce(s.parcels, 0))
    when s.parcels > 0 and w.state in ('rejected', 'cancelled') then format('order %s is %s, and its parcel was delivered', w.order_id, w.state)
    when s.parcels > 0 and w.goods is distinct from s.goods then format('order %s wants %s, and %s was delivered', w.order_id, w.goods, s.goods)
  end as what
  from wanted w full join sent s using (order_id) left join astray a using (order_id)`;
