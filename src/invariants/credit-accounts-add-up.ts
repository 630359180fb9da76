import type { Invariant } from '../platform/invariants';

export const creditAccountsAddUp: Invariant = {
  sentence: 'every credit account holds the sum of its open holds',
  sql: () => `
    select a.account_id as id,
           case when a.held <> coalesce(h.held, 0) then format('held %s, but its open holds come to %s', a.held, coalesce(h.held, 0)) end as problem
    from payments.credit_accounts a
    left join (select customer_id, currency, sum(amount) as held from payments.credit_holds where state = 'held' group by 1, 2) h using (customer_id, currency)`,
};
