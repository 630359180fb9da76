import type { Fault, Scene } from '../fault';
import { holdsWithin, untilUp } from '../patience/wait';
import type { Stage } from '../stage/stage';
import { workToBeForgotten } from './forgotten-work';
import { Violated } from './violated';
import { takeTheWayOut } from './way-out';

/** The place of the process that hosts all modules but shipping, and of their database. */
const MAIN = 0;
const RELAYED_WITHIN_MS = 20_000;

/** By module: how many messages its stream has and its log lost. */
const lost = new WeakMap<Stage, ReadonlyMap<string, number>>();

/**
 * Its logs end before the streams that they filled. What is published from then on has to reach shipping all
 * the same.
 */
export const databaseReplaced: Fault = {
  name: 'database-replaced',
  sentence:
    'the database of all modules but shipping is restored to an earlier state beside the broker that kept their streams; what processes name as the way out is done, and must tell how much was lost',
  alike: true,
  trialsPerStage: 4,
  async prepare(scene) {
    const { stage } = scene;
    const [{ modules }] = stage.places;
    const main = stage.hosts[MAIN];
    await main.terminate();
    const restore = await stage.keepCopyOf(modules[0]);
    main.launch();
    await untilUp(stage, [main]);
    const customerId = await workToBeForgotten(scene);
    await untilRelayed(scene);
    await main.terminate();
    const before = await messagesIn(stage);
    await restore();
    const after = await messagesIn(stage);
    lost.set(
      stage,
      new Map([...before].map(([module, count]) => [module, count - (after.get(module) ?? 0)])),
    );
    // It knows that a customer moved who was never registered: that is what was lost, and no mistake of its
    // own.
    await stage.askIn('shipping', 'delete from rig.effects where key = $1', [customerId]);
    main.launch();
  },
  async inject({ stage }) {
    const printed = await takeTheWayOut(stage);
    if (printed === undefined)
      throw new Violated(
        'I7',
        'every process is ready although streams go on beyond the logs of the database that was restored',
      );
    for (const [module, count] of lost.get(stage) ?? []) {
      const [, told] =
        new RegExp(`stream of ${module} goes on to .*\\s+Lost here: (\\d+) messages`).exec(printed) ?? [];
      if (Number(told ?? 0) !== count)
        throw new Violated(
          'I7',
          `the log of ${module} has lost ${count} messages, and ${told ?? 'nothing'} is told: ${printed.slice(0, 1_000)}`,
        );
    }
    return performance.now();
  },
};

/** By module, of those whose database is replaced. */
async function messagesIn(stage: Stage): Promise<Map<string, number>> {
  const [{ modules, ask }] = stage.places;
  const counted = modules.map(
    (module) => `select '${module}' as module, count(*)::int as count from ${module}.outbox`,
  );
  return new Map(
    (await ask<{ module: string; count: number }>(counted.join(' union all '))).map(({ module, count }) => [
      module,
      count,
    ]),
  );
}

/** Waits until the streams hold everything that is in the logs. */
async function untilRelayed({ stage }: Scene): Promise<void> {
  const [{ modules, ask }] = stage.places;
  const each = modules.map(
    (module) =>
      `select coalesce((r.generation, r.tick) >= (h.generation, h.tick), false) as relayed from ${module}.log_relay r, ${module}.log_head h`,
  );
  const all = `select bool_and(relayed) as relayed from (${each.join(' union all ')}) every_log`;
  if (!(await holdsWithin(RELAYED_WITHIN_MS, async () => (await ask<{ relayed: boolean }>(all))[0].relayed)))
    throw new Error('The work that is to be lost did not come to the broker.');
}
