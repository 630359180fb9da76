import { setTimeout as sleep } from 'node:timers/promises';
import { LOGS } from '../checks/logs';
import { machine } from '../patience/machine-speed';
import { opsCommand } from '../stage/ops-command';
import type { Stage } from '../stage/stage';

const RELEASED_WITHIN_MS = 60_000;

/** A message that a subscription holds back. */
export interface Held {
  readonly subscription: string;
  readonly key: string;
  readonly state: string;
  readonly error: string | null;
}

export const deferredMessages = (stage: Stage): Promise<Held[]> =>
  stage.askAsAuditor(
    LOGS.map((module) => `select subscription, key, state, error from ${module}.deferred_messages`).join(
      ' union all ',
    ),
  );

/**
 * What an operator does when the cause is mended; throws when something is held all the same after a while.
 */
export async function redriveUntilNothingIsHeld(stage: Stage): Promise<void> {
  const isOver = machine.within(RELEASED_WITHIN_MS);
  for (;;) {
    const all = await deferredMessages(stage);
    if (all.length === 0) return;
    const parked = new Set(
      all.filter(({ state }) => state === 'parked').map(({ subscription }) => subscription),
    );
    for (const subscription of parked) await opsCommand(stage.operatorSettings(), 'redrive', subscription);
    if (isOver()) throw new Error(`Still held after they were redriven: ${JSON.stringify(all.slice(0, 5))}`);
    await sleep(50);
  }
}
