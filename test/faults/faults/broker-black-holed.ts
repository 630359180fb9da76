import type { Fault } from '../fault';
import { blackHole } from './black-hole';
import { SHORT_LEASE } from './short-lease';
import { someMoment } from './some-moment';

/**
 * The client of the broker pings every five seconds, and gives the connection up at the third ping without an
 * answer.
 */
const GIVEN_UP_AFTER_MS = 15_000;

export const brokerBlackHoled: Fault = {
  name: 'broker-black-holed',
  sentence:
    'nothing passes between the broker and one process or all; afterwards old connections go on, or stay silent for ever',
  host: { settings: SHORT_LEASE, throughProxy: true },
  waits: true,
  async inject({ stage: { lines }, random }) {
    const which = Math.floor(random() * (lines.length + 1));
    const cut = lines.filter((_, index) => which === lines.length || which === index);
    await someMoment(random);
    return blackHole(
      cut.flatMap(({ brokers }) => brokers),
      random,
      GIVEN_UP_AFTER_MS,
    );
  },
};
