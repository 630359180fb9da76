import type { Fault } from '../fault';

/** What the load alone brings out, and how long a trial takes when nothing is broken. */
export const calm: Fault = {
  name: 'calm',
  sentence: 'nothing is broken',
  alike: true,
  inject: async () => performance.now(),
};
