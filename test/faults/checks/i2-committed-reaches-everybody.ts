import { LOST } from '../instruments/ledger';
import { type Check, sentences } from './check';
import { ALL_MESSAGES } from './logs';
import { uneven } from './reactions';

export const committedReachesEverybody: Check = {
  invariant: 'I2',
  sentence: 'every committed message reached every subscription; none from a rolled-back transaction did',
  async find(stage, record) {
    const missing = (await uneven(stage)).filter(
      ({ messages, effects }) => effects < messages || messages === 0,
    );
    const foreign = [...record.published].map(([id, { log, committed }]) => ({ id, log, committed }));
    return [
      ...missing.map(({ subscription, key, mark, messages, effects }) =>
        messages === 0
          ? `${subscription} acted on a message about ${key} ${mark ?? ''} that was never committed`
          : `${subscription} was to get ${messages} messages about ${key} ${mark ?? ''} and has handled ${effects}`,
      ),
      ...(await sentences(
        stage,
        `select format('message %s of the log of %s was %s and is %s', f.id, f.log, case when f.committed then 'committed' else 'rolled back' end, case when m.id is null then 'gone' else 'there' end) as what
         from jsonb_to_recordset($1::jsonb) as f (id uuid, log text, committed boolean)
         left join (${ALL_MESSAGES}) m on m.id = f.id where f.committed <> (m.id is not null)`,
        [JSON.stringify(foreign)],
      )),
      ...(await sentences(
        stage,
        `with messages as (${ALL_MESSAGES})
         select format('%s %s of the log of %s was caused by a message that was never committed', m.type, m.id, m.log) as what
         from messages m where m.cause is not null and not exists (select from messages c where c.id = m.cause)`,
      )),
      ...(stage.keepsLedger ? await sentences(stage, LOST) : []),
    ];
  },
};
