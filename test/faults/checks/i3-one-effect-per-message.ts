import { DOUBLED } from '../instruments/ledger';
import { type Check, sentences } from './check';
import { ALL_MESSAGES } from './logs';
import { uneven } from './reactions';

export const oneEffectPerMessage: Check = {
  invariant: 'I3',
  sentence: 'exactly one effect per message and subscription, and one per Idempotency-Key',
  async find(stage, record) {
    const doubled = (await uneven(stage)).filter(
      ({ messages, effects }) => messages > 0 && effects > messages,
    );
    return [
      ...record.contradictions,
      ...doubled.map(
        ({ subscription, key, mark, messages, effects }) =>
          `${subscription} made ${effects} effects of ${messages} messages about ${key} ${mark ?? ''}`,
      ),
      ...(await sentences(
        stage,
        `select format('%s %s messages of type %s in the log of %s were caused by one message %s', count(*), key, type, log, cause) as what
         from (${ALL_MESSAGES}) m where cause is not null group by log, key, type, cause having count(*) > 1`,
      )),
      ...(await sentences(
        stage,
        `select format('%s messages of the log of %s share version %s of %s %s', count(*), log, key_version, aggregatetype, key) as what
         from (${ALL_MESSAGES}) m group by log, aggregatetype, key, key_version having count(*) > 1`,
      )),
      ...(stage.keepsLedger ? await sentences(stage, DOUBLED) : []),
    ];
  },
};
