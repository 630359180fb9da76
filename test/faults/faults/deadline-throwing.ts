import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import {
  answerCommands,
  isOverdue,
  leaveCommandsUnanswered,
  letDeadlinePass,
} from '../instruments/unanswered-commands';
import { machine } from '../patience/machine-speed';
import { holdsWithin } from '../patience/wait';
import type { Stage } from '../stage/stage';
import { bitten } from './bitten';
import { Violated } from './violated';

const OTHERS = 2;
const ORDERS_WITHIN_MS = 15_000;
const TURNED_BACK_WITHIN_MS = 15_000;

/**
 * It is the one whose deadline passed first, so it is the first of those that are looked at, again and again.
 */
export const deadlineThrowing: Fault = {
  name: 'deadline-throwing',
  sentence:
    'turning back one order whose deadline has passed fails; the others must be turned back all the same',
  alike: true,
  prepare: ({ stage }) => leaveCommandsUnanswered(stage),
  async inject({ stage }) {
    try {
      const first = await passDeadline(stage, (id) => refuseToTurnBack(stage, id));
      const others: string[] = [];
      while (others.length < OTHERS) others.push(await passDeadline(stage));
      const waiting = async (): Promise<string[]> => {
        const left: string[] = [];
        for (const id of others) if (await isOverdue(stage, id)) left.push(id);
        return left;
      };
      if (!(await holdsWithin(TURNED_BACK_WITHIN_MS, async () => (await waiting()).length === 0)))
        throw new Violated(
          'I6',
          `the orders ${(await waiting()).join(', ')} are overdue and wait for the order ${first}, which cannot be turned back`,
        );
      bitten(Number(await isOverdue(stage, first)), 'the first order was turned back all the same');
    } finally {
      await stage.askAsSuperuser('drop trigger if exists rig_refuses_to_turn_back on orders.sagas');
      await answerCommands(stage);
    }
    return performance.now();
  },
};

async function passDeadline(stage: Stage, before?: (orderId: string) => Promise<void>): Promise<string> {
  const isOver = machine.within(ORDERS_WITHIN_MS);
  for (;;) {
    const orderId = await letDeadlinePass(stage, before);
    if (orderId !== undefined) return orderId;
    bitten(Number(!isOver()), 'too few orders waited for their credit');
    await sleep(20);
  }
}

/** Every statement that moves this order's process on fails, with an error that is not transient. */
async function refuseToTurnBack(stage: Stage, orderId: string): Promise<void> {
  await stage.askAsSuperuser(
    `create or replace function rig.refuse_to_turn_back() returns trigger language plpgsql as $$
     begin raise exception 'the rig does not let the order % be turned back', new.id; end $$`,
  );
  await stage.askAsSuperuser(
    `create or replace trigger rig_refuses_to_turn_back before update of state on orders.sagas
     for each row when (new.id = '${orderId}' and new.state is distinct from old.state) execute function rig.refuse_to_turn_back()`,
  );
}
