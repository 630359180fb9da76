import type { Contestant, Topic } from './contestant';
import { emmett } from './emmett/emmett';
import { graphileWorker } from './graphile-worker/graphile-worker';
import { pgBoss } from './pg-boss/pg-boss';
import { pgTransactionalOutbox } from './pg-transactional-outbox/pg-transactional-outbox';
import { raw } from './raw/raw';
import { seamline } from './seamline/seamline';

export const peers: readonly Contestant[] = [pgBoss, graphileWorker, emmett, pgTransactionalOutbox];
export const contestants: readonly Contestant[] = [raw, seamline, ...peers];

/** How each of them was set up, for the reader of a table. */
export const settingsOf = (chosen: readonly Contestant[], ...topics: readonly Topic[]): string[] =>
  chosen.flatMap(({ name, settings }) => {
    const said = topics.flatMap((topic) =>
      settings[topic] === undefined ? [] : `${topics.length > 1 ? `${topic}: ` : ''}${settings[topic]}`,
    );
    return said.length > 0 ? [`${name}: ${said.join('; ')}.`] : [];
  });
