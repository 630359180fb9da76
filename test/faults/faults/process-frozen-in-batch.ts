import { setTimeout as sleep } from 'node:timers/promises';
import { NOTED, uneven } from '../checks/reactions';
import type { Fault } from '../fault';
import { untilShared } from '../stage/lane-groups';
import { writeFromManySides } from '../load/foreign-writers';
import { DidNotBite } from './bitten';
import { LEASE_MS, SHORT_LEASE } from './short-lease';
import { machine } from '../patience/machine-speed';
import { holdsWithin } from '../patience/wait';

const STANDS_STILL_WITHIN_MS = 60_000;
const HANDLED_WITHIN_MS = 20_000;
/**
 * So late most batches are of the writers' news, which each handler turns into a row: handled twice, they
 * show.
 */
const BATCHES_BEFORE = 30;
const MOST_BATCHES = 60;

/**
 * The worst moment for a zombie: it has messages in its hands, and nothing but the fence keeps it from
 * handling them again. Once its transaction has begun, the driver gives up the connection when the process
 * goes on, before the fence is asked.
 */
export const processFrozenInBatch: Fault = {
  name: 'process-frozen-in-batch',
  sentence:
    'a process stops when it is about to handle messages, for longer than its leases last, and goes on with them',
  host: { settings: { ...SHORT_LEASE, NODE_ENV: 'test' } },
  async prepare({ stage, trial, random }) {
    const victim = stage.hosts[trial % stage.hosts.length];
    await victim.kill();
    victim.launch({
      FAILPOINT: `batch.before-begin:${BATCHES_BEFORE + Math.floor(random() * MOST_BATCHES)}:freeze`,
    });
    // It may stand still before it is ready.
    await Promise.race([victim.untilReady().catch(() => undefined), sleep(STANDS_STILL_WITHIN_MS)]);
  },
  async inject(scene) {
    const { stage, trial } = scene;
    const victim = stage.hosts[trial % stage.hosts.length];
    try {
      const isOver = machine.within(STANDS_STILL_WITHIN_MS);
      // How many batches the news makes is up to the machine, so it goes on until the process has come to its
      // last one.
      while (!(await victim.standsStill())) {
        if (isOver()) throw new DidNotBite('the process came to no batch');
        await writeFromManySides(scene, { messages: 250, writers: 8, longestPauseMs: 10 });
      }
      await sleep(LEASE_MS * 1.2);
      await untilShared(stage, 1);
      // A process that goes on before another has handled its messages would be the first to handle them,
      // with or without a fence.
      await holdsWithin(HANDLED_WITHIN_MS, async () =>
        (await uneven(stage, NOTED)).every(({ messages, effects }) => messages <= effects),
      );
    } finally {
      victim.thaw();
    }
    return performance.now();
  },
};
