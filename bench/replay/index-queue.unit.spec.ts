import { seededRandom } from '../harness/seeded-random';
import { IndexQueue } from './index-queue';

describe('a queue of numbers', () => {
  it('gives out the smallest first, whatever came in between', () => {
    const random = seededRandom(7);
    const queue = new IndexQueue();
    const kept: number[] = [];
    for (let step = 0; step < 2_000; step += 1) {
      if (kept.length > 0 && random() < 0.4) {
        kept.sort((one, other) => one - other);
        expect(queue.take()).toBe(kept.shift());
      } else {
        const number = Math.floor(random() * 1_000);
        queue.add(number);
        kept.push(number);
      }
    }
    expect(queue.size).toBe(kept.length);
  });
});
