import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { setETag } from '../../../platform/http';
import { isFinal, type OrderState } from '../domain/order-state';
import { unknownOrder } from '../domain/unknown-order';
import type { OrderView } from '../order.view';
import { OrderReader } from './order.reader';
import { OrderProgress } from './order-progress';

/** Answers a request with an order, at once or, as the caller prefers, when it is final. */
@Injectable()
export class OrderAnswer {
  constructor(
    private readonly orders: OrderReader,
    private readonly progress: OrderProgress,
  ) {}

  /**
   * How the order stands after at most `waitSeconds`, or once it is in a state that is waited for: a final
   * one, unless it is said otherwise. Plain JSON; `show` makes the answer of it.
   */
  async of(
    response: Response,
    orderId: string,
    waitSeconds: number | undefined,
    isOver: (state: OrderState) => boolean = isFinal,
  ): Promise<ShownOrder> {
    if (waitSeconds !== undefined) await this.progress.until(isOver, orderId, waitSeconds, closed(response));
    const found = await this.orders.order(orderId);
    if (!found) throw unknownOrder();
    return {
      order: found.view,
      revision: found.revision,
      ...(waitSeconds !== undefined && { waitedSeconds: waitSeconds }),
    };
  }

  /** The body, and its headers. */
  show(response: Response, { order, revision, waitedSeconds }: ShownOrder): OrderView {
    if (waitedSeconds !== undefined) response.setHeader('Preference-Applied', `wait=${waitedSeconds}`);
    setETag(response, revision);
    return order;
  }
}

/** An order as a request was answered with it. */
export interface ShownOrder {
  order: OrderView;
  revision: number;
  /** What `Prefer` asked for. */
  waitedSeconds?: number;
}

/** Aborted when the caller has gone away. */
export function closed(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
