import type { Invariant } from '../platform/ops/check-invariants/invariant';

/** Each aggregate counts its messages in `version`, in the transaction that writes them. */
export const logTellsEveryChange: Invariant = {
  sentence: 'every aggregate is at the version of its last message in the log',
  sql: () =>
    AGGREGATES.map(
      ({ table, key, type }) => `
        select concat_ws(' ', '${type}', a.${key}) as id,
               case when a.version <> coalesce(m.version, 0) then format('at version %s, and its log ends at %s', a.version, coalesce(m.version, 0)) end as problem
        from ${table} a
        left join (select aggregateid, max(key_version) as version from ${table.split('.')[0]}.outbox where aggregatetype = '${type}' group by aggregateid) m
          on m.aggregateid = a.${key}::text`,
    ).join('\nunion all\n'),
};

const AGGREGATES = [
  { table: 'customers.customers', key: 'customer_id', type: 'customer' },
  { table: 'catalog.items', key: 'item_id', type: 'item' },
  { table: 'pricing.prices', key: 'item_id', type: 'price' },
  { table: 'inventory.stock_items', key: 'item_id', type: 'stock-item' },
  { table: 'inventory.reservations', key: 'order_id', type: 'reservation' },
  { table: 'payments.credit_accounts', key: 'account_id', type: 'credit-account' },
  { table: 'payments.credit_holds', key: 'order_id', type: 'credit-hold' },
  { table: 'payments.payments', key: 'order_id', type: 'payment' },
  { table: 'orders.orders', key: 'order_id', type: 'order' },
  { table: 'orders.sagas', key: 'id', type: 'fulfilment' },
  { table: 'shipping.shipments', key: 'shipment_id', type: 'shipment' },
];
