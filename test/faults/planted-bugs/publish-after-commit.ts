import type { Client } from 'pg';
import { failpoint } from '../../../src/platform/kernel/failpoints';
import type { PlantedBug } from './planted-bug';
import { intercept, NOTHING_DONE, type PassingStatement } from './planting';

const APPEND = /^\s*insert into outbox\b/i;

export const publishAfterCommit: PlantedBug = {
  name: 'publish-after-commit',
  sentence:
    'messages are published when the transaction has committed, so a process that ends in between has changed something and told nobody',
  plant: () => {
    const unpublished = new WeakMap<Client, PassingStatement[]>();
    intercept(/^\s*(insert into outbox|commit|rollback)\b/i, async (statement) => {
      const { client, text } = statement;
      if (APPEND.test(text)) {
        unpublished.set(client, [...(unpublished.get(client) ?? []), statement]);
        return NOTHING_DONE;
      }
      const late = unpublished.get(client) ?? [];
      unpublished.delete(client);
      const answer = await statement.send();
      if (!/^\s*commit/i.test(text)) return answer;
      if (late.length > 0) failpoint('unit-of-work.before-append');
      for (const append of late) await append.send();
      return answer;
    });
  },
};
