import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Draining } from '../../../platform/http';
import type { OrderState } from '../domain/order-state';
import { OrderReader } from './order.reader';
import { OrderChanges, type OrderStep } from './order-changes';

type Follower = (step: OrderStep) => void;

interface Followed {
  steps: number;
  followers: Set<Follower>;
}

/**
 * Between two looks at the followed orders; the pause grows while looking finds nothing that was not heard of
 * before.
 */
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Lets many callers follow orders until they are final. A change made by this process wakes them at once; one
 * made by another process is found by looking, with one small query for all followed orders together and
 * nothing held in between.
 */
@Injectable()
export class OrderProgress {
  private readonly followed = new Map<string, Followed>();
  private looking = false;

  constructor(
    private readonly orders: OrderReader,
    private readonly draining: Draining,
    changes: OrderChanges,
  ) {
    changes.listen((step) => this.note(step));
  }

  /** Aborted when the process shuts down: requests that still wait then answer with what there is. */
  get shutdown(): AbortSignal {
    return this.draining.signal;
  }

  /**
   * Calls `follower` soon with how far the order has come, and again after each change. Returns the way to
   * stop it.
   */
  follow(orderId: string, follower: Follower): () => void {
    const entry = this.followed.get(orderId) ?? { steps: 0, followers: new Set() };
    this.followed.set(orderId, entry);
    entry.followers.add(follower);
    void this.welcome(orderId, follower);
    void this.lookWhileFollowed();
    return () => {
      entry.followers.delete(follower);
      if (entry.followers.size === 0 && this.followed.get(orderId) === entry) this.followed.delete(orderId);
    };
  }

  /**
   * Resolves when the order is in a state that is waited for, when the time is up, when the caller is gone or
   * when the process shuts down.
   */
  async until(
    isOver: (state: OrderState) => boolean,
    orderId: string,
    seconds: number,
    gone: AbortSignal,
  ): Promise<void> {
    const over = AbortSignal.any([gone, this.shutdown]);
    if (over.aborted || seconds <= 0) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timeUp);
        over.removeEventListener('abort', finish);
        stop();
        resolve();
      };
      const timeUp = setTimeout(finish, seconds * 1_000);
      over.addEventListener('abort', finish, { once: true });
      const stop = this.follow(orderId, ({ state }) => {
        if (isOver(state)) finish();
      });
    });
  }

  /** Tells an order's followers of a step that is news to them. */
  private note(step: OrderStep): boolean {
    const entry = this.followed.get(step.orderId);
    if (!entry || step.steps <= entry.steps) return false;
    entry.steps = step.steps;
    for (const follower of [...entry.followers]) follower(step);
    return true;
  }

  /** A newcomer has to hear where the order stands even if that is no news to the others. */
  private async welcome(orderId: string, follower: Follower): Promise<void> {
    for (const step of await this.look([orderId])) {
      if (!this.note(step) && this.followed.get(orderId)?.followers.has(follower)) follower(step);
    }
  }

  private async lookWhileFollowed(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      let pause = SHORTEST_PAUSE_MS;
      while (this.followed.size > 0 && !this.shutdown.aborted) {
        await sleep(pause, undefined, { ref: false });
        const steps = await this.look([...this.followed.keys()]);
        const news = steps.filter((step) => this.note(step));
        pause = news.length > 0 ? SHORTEST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pause * 1.5);
      }
    } finally {
      this.looking = false;
    }
  }

  /** A look that fails ends no waiting: the next one may succeed. */
  private async look(orderIds: string[]): Promise<OrderStep[]> {
    return orderIds.length === 0 ? [] : this.orders.steps(orderIds).catch(() => []);
  }
}
