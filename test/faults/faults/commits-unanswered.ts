import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import type { Verdict } from '../stage/tcp-proxy';
import { SPREAD_MS } from '../load/load';
import { bitten } from './bitten';
import { someMoment } from './some-moment';
import { machine } from '../patience/machine-speed';

const MOST_COMMITS = 12;
const WITHIN_MS = 2_500;
/** The whole text of a statement ends with a zero byte in the protocol. */
const isCommit = (bytes: Buffer): boolean => bytes.toString('latin1').toLowerCase().includes('commit\0');

/** The worst moment to lose a connection: only the database knows whether the transaction was committed. */
export const commitsUnanswered: Fault = {
  name: 'commits-unanswered',
  sentence:
    'connections are cut when a COMMIT is on its way to the database, or when its answer is on the way back',
  host: { throughProxy: true },
  async inject({ stage: { databaseProxy: proxy }, random }) {
    await someMoment(random, SPREAD_MS); // later, a fast machine may have nothing left to commit
    const wanted = 3 + Math.floor(random() * (MOST_COMMITS - 3));
    let cut = 0;
    proxy.judge = (bytes): Verdict => {
      if (cut >= wanted || !isCommit(bytes) || random() < 0.5) return 'pass';
      cut += 1;
      return random() < 0.7 ? 'cut-at-answer' : 'cut-before';
    };
    const isOver = machine.within(WITHIN_MS);
    while (cut < wanted && !isOver()) await sleep(10);
    proxy.judge = () => 'pass';
    bitten(cut, 'nothing was committed');
    return performance.now();
  },
};
