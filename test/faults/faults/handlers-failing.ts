import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault';
import { curePoisonedNews, heldNews, poisonNews } from '../instruments/poisoned-news';
import { bitten } from './bitten';
import { machine } from '../patience/machine-speed';

const HELD_WITHIN_MS = 10_000;

/** Messages that cannot be handled for a while step aside, and those of the same key line up behind them. */
export const handlersFailing: Fault = {
  name: 'handlers-failing',
  sentence: 'a part of the messages cannot be handled for a while, and the messages behind them could',
  prepare: ({ stage }) => poisonNews(stage),
  async inject({ stage, random }) {
    let held = 0;
    try {
      const isOver = machine.within(HELD_WITHIN_MS);
      while (held === 0 && !isOver()) {
        await sleep(50);
        held = await heldNews(stage);
      }
      // Later messages of the keys come by meanwhile.
      await sleep(300 + random() * 500);
    } finally {
      await curePoisonedNews(stage);
    }
    bitten(held, 'no message was set aside');
    return performance.now();
  },
};
