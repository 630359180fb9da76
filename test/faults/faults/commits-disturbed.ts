import type { Fault } from '../fault';
import { calmCommits, disturbCommits, disturbedCommits } from '../instruments/disturbed-commits';
import { writeFromManySides } from '../load/foreign-writers';
import { bitten } from './bitten';

/** In each trial. */
export const FOREIGN_MESSAGES = 500;

/**
 * Transactions end in another order than they began and drew their numbers in, and some never do: what naive
 * cursors lose messages by.
 */
export const commitsDisturbed: Fault = {
  name: 'commits-disturbed',
  sentence: `commits are delayed and refused while many writers publish ${FOREIGN_MESSAGES} messages besides the load's`,
  trialsPerStage: 10,
  async inject(scene) {
    const { stage } = scene;
    await disturbCommits(stage, { longestPauseMs: 120, paused: 0.05, refused: 0.02 });
    try {
      await writeFromManySides(scene, { messages: FOREIGN_MESSAGES, writers: 16, longestPauseMs: 80 });
      const { paused, refused } = await disturbedCommits(stage);
      bitten(paused, 'no commit was paused');
      bitten(refused, 'no commit was refused');
      bitten(
        [...scene.record.published.values()].filter(({ committed }) => !committed).length,
        'nothing was rolled back',
      );
    } finally {
      await calmCommits(stage);
    }
    return performance.now();
  },
};
