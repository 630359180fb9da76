import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { setETag } from '../../../platform/http/if-match';
import { unknownOrder } from '../domain/unknown-order';
import type { OrderView } from '../order.view';
import { OrderReads } from '../persistence/order-reads';
import { OrderProgress } from './order-progress';

/** Answers a request with an order, at once or, as the caller prefers, when it is final. */
@Injectable()
export class OrderAnswer {
  constructor(
    private readonly reads: OrderReads,
    private readonly progress: OrderProgress,
  ) {}

  /** The order as it stands after at most `waitSeconds`. */
  async withOrder(response: Response, orderId: string, waitSeconds: number | undefined): Promise<OrderView> {
    if (waitSeconds !== undefined) {
      await this.progress.untilFinal(orderId, waitSeconds, closed(response));
      response.setHeader('Preference-Applied', `wait=${waitSeconds}`);
    }
    const found = await this.reads.order(orderId);
    if (!found) throw unknownOrder();
    setETag(response, found.revision);
    return found.view;
  }
}

/** Aborted when the caller has gone away. */
export function closed(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
