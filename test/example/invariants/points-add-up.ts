import type { Invariant } from '../../../src/platform/invariants';

/** The published changes of each account add up to its points. */
export const pointsAddUp: Invariant = {
  sentence: 'the points of every customer are the sum of their changes',
  sql: () => `
    select account.customer_id::text as id,
           case when account.balance <> coalesce(told.points, 0) then format('%s points, and changes of %s', account.balance, coalesce(told.points, 0)) end as problem
    from loyalty.points_accounts account
    left join (select aggregateid, sum((payload ->> 'change')::int) as points from loyalty.outbox where type = 'loyalty.points-changed' group by aggregateid) told
      on told.aggregateid = account.customer_id::text`,
};
