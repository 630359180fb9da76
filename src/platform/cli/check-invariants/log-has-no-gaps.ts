import { inEverySchema, type Invariant } from './invariant';

/** A generation repeats what the one before it had not delivered, so messages are counted by id. */
export const logHasNoGaps: Invariant = {
  sentence: 'every log carries every version of every key once, without a gap',
  sql: (modules) =>
    inEverySchema(
      modules,
      (schema, module) => `
        select concat_ws(' ', '${module}', aggregatetype, aggregateid) as id,
               case when count(distinct id) <> count(distinct key_version)
                      then format('%s messages share %s versions', count(distinct id), count(distinct key_version))
                    when max(key_version) - min(key_version) + 1 <> count(distinct key_version)
                      then format('versions %s to %s, but only %s of them', min(key_version), max(key_version), count(distinct key_version))
               end as problem
        from ${schema}.outbox group by aggregatetype, aggregateid`,
    ),
};
