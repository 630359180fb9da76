import { inEverySchema, type Invariant } from './invariant';

export const nothingIsParked: Invariant = {
  sentence: 'no message and no job is parked',
  sql: (modules) =>
    inEverySchema(
      modules,
      (schema, module) => `
        select concat_ws(' ', subscription, log, key, envelope ->> 'id') as id,
               format('parked %s after %s attempts: %s', envelope ->> 'type', attempts, left(error, 200)) as problem
        from ${schema}.deferred_messages where state = 'parked'
        union all
        select concat_ws(' ', '${module}', type, idempotency_key), format('parked job after %s attempts: %s', attempts, left(last_error, 200))
        from ${schema}.jobs where parked_at is not null`,
    ),
};
