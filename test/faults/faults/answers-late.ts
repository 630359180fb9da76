import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import {
  answerCommands,
  isOverdue,
  leaveCommandsUnanswered,
  letDeadlinePass,
} from '../instruments/unanswered-commands';
import type { Stage } from '../stage/stage';
import { bitten } from './bitten';
import { machine } from '../patience/machine-speed';

const MOST_ORDERS = 3;
const ORDERS_WITHIN_MS = 15_000;
/**
 * Two looks at the deadlines, half a second apart, and the position of an idle subscription once a second,
 * many times over.
 */
const TURNED_BACK_WITHIN_MS = 15_000;

/** What was sent is answered only when the order has been turned back: each late answer has to be undone. */
export const answersLate: Fault = {
  name: 'answers-late',
  sentence: 'commands to payments are answered after the deadline of the orders that wait for them',
  prepare: ({ stage }) => leaveCommandsUnanswered(stage),
  async inject({ stage }) {
    const late = await passedDeadlines(stage);
    let turnedBack = true;
    for (const orderId of late) turnedBack &&= await isTurnedBack(stage, orderId);
    // An order that still waits gets no answer at all, and shows as stuck.
    if (turnedBack) await answerCommands(stage);
    bitten(late.length, 'no order waited for its credit');
    return performance.now();
  },
};

async function passedDeadlines(stage: Stage): Promise<string[]> {
  const late: string[] = [];
  const isOver = machine.within(ORDERS_WITHIN_MS);
  while (late.length < MOST_ORDERS && !isOver()) {
    const orderId = await letDeadlinePass(stage);
    if (orderId === undefined) await sleep(20);
    else late.push(orderId);
  }
  return late;
}

async function isTurnedBack(stage: Stage, orderId: string): Promise<boolean> {
  const isOver = machine.within(TURNED_BACK_WITHIN_MS);
  while (await isOverdue(stage, orderId)) {
    if (isOver()) return false;
    await sleep(50);
  }
  return true;
}
