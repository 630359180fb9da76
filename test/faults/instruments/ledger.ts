import type { Stage } from '../stage/stage';

/** The log whose messages are noted one by one. */
const LOG = 'shipping';

/**
 * Notes each message of a log that moves, in the transaction that publishes it, in the place where that
 * happens. What is copied from one place to the other is not noted again: no trigger fires then.
 */
export async function keepLedger(stage: Stage): Promise<void> {
  const places = stage.places.filter(({ modules }) => modules.includes(LOG));
  for (const { ask } of places) await ask(TABLE);
  const imports = places.map(
    ({ server }) =>
      `create schema ledger_${server}; import foreign schema rig limit to (ledger) from server ${server} into ledger_${server};`,
  );
  const all = places.map(({ server }) => `select * from ledger_${server}.ledger`).join(' union all ');
  await stage.askAsSuperuser(
    `${imports.join(' ')} create schema if not exists rig; create view rig.ledger as ${all}`,
  );
}

const TABLE = `
  create schema if not exists rig;
  grant usage on schema rig to public;
  create table rig.ledger (id uuid not null, aggregatetype text not null, key text not null, key_version bigint not null);
  grant select on rig.ledger to public;
  create function rig.note_message() returns trigger language plpgsql security definer set search_path = rig, pg_temp as $function$
    begin
      insert into rig.ledger values (new.id, new.aggregatetype, new.aggregateid, new.key_version);
      return null;
    end $function$;
  create trigger rig_note_message after insert on ${LOG}.outbox for each row execute function rig.note_message()`;

/**
 * Messages that were published in one of the places and are not in the log, or are in the log and were never
 * published.
 */
export const LOST = `
  select case when m.id is null then format('message %s, version %s of %s, was published and is not in the log of ${LOG}', l.id, l.key_version, l.key)
              else format('message %s, version %s of %s, is in the log of ${LOG} and nobody has published it', m.id, m.key_version, m.aggregateid) end as what
  from rig.ledger l full join ${LOG}.outbox m on m.id = l.id where l.id is null or m.id is null
  union all
  select format('the versions of %s %s in the log of ${LOG} are %s, from %s to %s', aggregatetype, aggregateid, count(*), min(key_version), max(key_version))
  from ${LOG}.outbox group by aggregatetype, aggregateid having count(distinct key_version) <> max(key_version) - min(key_version) + 1`;

/** Messages that are there twice, in the log or in what was published. */
export const DOUBLED = `
  select format('message %s was published %s times', id, count(*)) as what from rig.ledger group by id having count(*) > 1
  union all
  select format('message %s is in the log of ${LOG} %s times', id, count(*)) from ${LOG}.outbox group by id having count(*) > 1`;
