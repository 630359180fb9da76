import { Injectable } from '@nestjs/common';
import { Refusal } from '../../../platform/domain';
import { Saga, type SagaInstance, type SagaOwner, Sagas } from '../../../platform/index';
import { FulfilmentProcess } from '../domain/fulfilment-process';
import type { FinalState, OrderState } from '../domain/order-state';
import { OrderRepository } from '../persistence/order.repository';
import { fulfilment } from './fulfilment.saga';

/** Entering it, and the end, are the changes that the order tells others of. */
const DISPATCHED: OrderState = 'awaiting-delivery';

/**
 * The process manager of an order: shows each state of the process on the order, and takes the wish to cancel
 * it.
 */
@Saga(fulfilment)
@Injectable()
export class OrderFulfilment extends FulfilmentProcess implements SagaOwner {
  constructor(
    private readonly orders: OrderRepository,
    private readonly sagas: Sagas,
  ) {
    super();
  }

  async prefetch(instances: readonly SagaInstance<object>[]): Promise<void> {
    const telling = instances.filter(({ state, final }) => final || state === DISPATCHED);
    await this.orders.lockAll(telling.map(({ id }) => id));
  }

  async changed(instance: SagaInstance<object>, at: Date): Promise<void> {
    const state = instance.state as OrderState;
    if (state === DISPATCHED)
      return this.change(instance.id, (order) => order.dispatched(at, instance.reason));
    if (instance.final) return this.end(instance.id, state as FinalState, instance.reason ?? '', at);
    await this.orders.advance(instance.id, state, at, instance.reason);
  }

  async requestCancellation(orderId: string): Promise<void> {
    if (await this.sagas.callOff(fulfilment, orderId)) return;
    throw new Refusal(
      'conflict',
      'orders.not-cancellable',
      'The order can no longer be cancelled: it was dispatched, is being paid for, or is completed or rejected, or about to be.',
    );
  }

  private end(orderId: string, state: FinalState, reason: string, at: Date): Promise<void> {
    return this.change(orderId, (order) => {
      if (state === 'completed') order.complete(at);
      else if (state === 'rejected') order.reject(reason, at);
      else order.cancel(reason, at);
    });
  }

  private async change(
    orderId: string,
    decide: (order: NonNullable<Awaited<ReturnType<OrderRepository['lock']>>>) => void,
  ): Promise<void> {
    const order = await this.orders.lock(orderId);
    if (!order) throw new Error(`The order ${orderId} is gone while its fulfilment is running.`);
    decide(order);
    await this.orders.save(order);
  }
}
