import { type Check, sentences } from './check';
import { LOGS } from './logs';

/** Called again and again while the stage drains; what it still finds when the patience is over is stuck. */
export const nothingIsStuck: Check = {
  invariant: 'I6',
  sentence: 'nothing is still stuck 30 s after healing',
  find: (stage) =>
    sentences(
      stage,
      `(select format('order %s is %s', order_id, state) as what from orders.orders where state not in ('completed', 'rejected', 'cancelled') limit 20)
       union all (select format('the process of order %s is %s', id, state) from orders.sagas where not final limit 20)
       union all (select format('job %s %s is not done: %s', type, idempotency_key, last_error) from payments.jobs limit 20)
       ${LOGS.map(
         (log) =>
           `union all (select format('%s holds back %s of %s, %s after %s attempts: %s', subscription, envelope ->> 'type', key, state, attempts, error) from ${log}.deferred_messages limit 20)`,
       ).join('\n')}`,
    ),
};
