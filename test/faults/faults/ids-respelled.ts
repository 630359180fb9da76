import type { Fault } from '../fault';

/** PostgreSQL takes several spellings of an id for one; a comparison of text does not. */
export const idsRespelled: Fault = {
  name: 'ids-respelled',
  sentence:
    'each request spells the ids in it in another way that means the same, also when it is sent again',
  alike: true,
  respells: true,
  inject: async () => performance.now(),
};
