import { type Check, sentences } from './check';

export const acknowledgedIsKept: Check = {
  invariant: 'I1',
  sentence: "every acknowledged command's effect exists",
  async find(stage, record) {
    const orders = [...record.orders.values()];
    const returns = orders.flatMap(({ orderId, returns: accepted }) =>
      accepted.map((each) => ({ orderId, ...each })),
    );
    return [
      ...(await sentences(stage, ORDERS, [JSON.stringify(orders)])),
      ...(await sentences(stage, UNASKED_ORDERS, [
        orders.map(({ orderId }) => orderId),
        [...record.refusedKeys],
        [...record.unanswered],
      ])),
      ...(await sentences(stage, RETURNS, [JSON.stringify(returns)])),
      ...(await sentences(stage, CUSTOMERS, [
        JSON.stringify([...record.customers].map(([id, rest]) => ({ id, ...rest }))),
      ])),
      ...(await sentences(stage, ITEMS, [
        JSON.stringify([...record.items].map(([id, rest]) => ({ id, ...rest }))),
      ])),
      ...(await sentences(stage, NEWS, [JSON.stringify(record.news)])),
    ];
  },
};

const ORDERS = `
  select case
    when o.order_id is null then format('order %s was accepted and is gone', a."orderId")
    when o.customer_id <> a."customerId" or o.total <> a.total then format('order %s of %s over %s is stored as of %s over %s', a."orderId", a."customerId", a.total, o.customer_id, o.total)
    when (select jsonb_agg(jsonb_build_object('itemId', l ->> 'itemId', 'quantity', (l ->> 'quantity')::int)) from jsonb_array_elements(o.lines) l) <> a.lines
      then format('order %s was accepted with the lines %s and has %s', a."orderId", a.lines, o.lines)
    when a.cancelled and o.state <> 'cancelled' and coalesce(s.state, '') not in ('dispatched', 'delivered', 'refused', 'lost', 'returned') and o.state not in ('rejected')
      then format('the cancellation of order %s was accepted, nothing had left, and it is %s', a."orderId", o.state)
    when a.delivered and s.state is distinct from 'delivered' then format('the delivery of order %s was acknowledged, and its shipment is %s', a."orderId", s.state)
    when s.state is distinct from a.astray and a.astray is not null then format('that the parcel of order %s is %s was acknowledged, and its shipment is %s', a."orderId", a.astray, s.state)
    when a.dispatched and coalesce(s.state, '') not in ('dispatched', 'delivered', 'refused', 'lost', 'returned') then format('the dispatch of order %s was acknowledged, and its shipment is %s', a."orderId", s.state)
  end as what
  from jsonb_to_recordset($1::jsonb) as a ("orderId" uuid, "customerId" uuid, total bigint, lines jsonb, cancelled boolean, dispatched boolean, delivered boolean, astray text)
  left join orders.orders o on o.order_id = a."orderId"
  left join shipping.shipments s on s.order_id = a."orderId"`;

const UNASKED_ORDERS = `
  select format('order %s exists, and nobody was told so: a request had two effects', order_id) as what from orders.orders where order_id <> all ($1::uuid[])
    and order_id not in (select (answer #>> '{result,orderId}')::uuid from orders.idempotency_keys where key = any ($3::text[]) and answer #>> '{result,orderId}' is not null)
  union all
  select format('the request %s was refused and has left a key', key) from orders.idempotency_keys where key = any ($2::text[])`;

const RETURNS = `
  select case when r.return_id is null then format('return %s of order %s was accepted and is gone', a."returnId", a."orderId")
              when r.refund <> a.refund then format('return %s was to refund %s and refunds %s', a."returnId", a.refund, r.refund) end as what
  from jsonb_to_recordset($1::jsonb) as a ("orderId" uuid, "returnId" uuid, refund bigint)
  left join orders.order_returns r on r.return_id = a."returnId" and r.order_id = a."orderId"`;

const CUSTOMERS = `
  select case when c.customer_id is null then format('customer %s was registered and is gone', a.id)
              when p.limit_amount is distinct from a."creditLimit" then format('customer %s was given a limit of %s and has %s', a.id, a."creditLimit", p.limit_amount) end as what
  from jsonb_to_recordset($1::jsonb) as a (id uuid, "creditLimit" bigint)
  left join customers.customers c on c.customer_id = a.id left join payments.credit_accounts p on p.customer_id = a.id and p.currency = 'GBP'`;

const ITEMS = `
  select case when i.item_id is null then format('item %s was added and is gone', a.id)
              when coalesce(s.received, 0) <> a.received then format('%s of %s were received and %s are booked', a.received, a.id, s.received) end as what
  from jsonb_to_recordset($1::jsonb) as a (id text, received bigint)
  left join catalog.items i on i.item_id = a.id left join inventory.stock_items s on s.item_id = a.id`;

const NEWS = `
  select format('%s of %s was acknowledged, and the log of %s does not tell of it', a.mark, a.key, a.log) as what
  from jsonb_to_recordset($1::jsonb) as a (log text, key text, mark text)
  where not exists (select from pricing.outbox m where a.log = 'pricing' and m.aggregateid = a.key and m.payload #>> '{unitPrice,amount}' = a.mark)
    and not exists (select from customers.outbox m where a.log = 'customers' and m.aggregateid = a.key and m.payload #>> '{address,line1}' = a.mark)`;
