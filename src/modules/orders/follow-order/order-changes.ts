import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { OrderState } from '../domain/order-state';

/** How far an order has come. */
export interface OrderStep {
  readonly orderId: string;
  readonly state: OrderState;
  /** Entries in its history. */
  readonly steps: number;
}

const CHANGE = 'change';

/**
 * Tells this process, after the commit, that it moved an order on. A hint: another process may do the work.
 */
@Injectable()
export class OrderChanges {
  private readonly emitter = new EventEmitter();

  announce(step: OrderStep): void {
    this.emitter.emit(CHANGE, step);
  }

  listen(listener: (step: OrderStep) => void): void {
    this.emitter.on(CHANGE, listener);
  }
}
