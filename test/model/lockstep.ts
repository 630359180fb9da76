import { isDeepStrictEqual } from 'node:util';
import { inWords, plain, type Module, type Reply } from './reply';

/** Answers that a key gives once in its life: the second of them would be acted on twice. */
const ONCE: Readonly<Record<string, string>> = {
  CreditReserved: 'answer to ReserveCredit',
  CreditRefused: 'answer to ReserveCredit',
  StockReserved: 'answer to ReserveStock',
  StockRefused: 'answer to ReserveStock',
  PaymentAuthorised: 'answer to AuthorisePayment',
  PaymentDeclined: 'answer to AuthorisePayment',
  ShipmentPrepared: 'answer to PrepareShipment',
  OrderCompleted: 'end of the order',
  OrderCancelled: 'end of the order',
  OrderRejected: 'end of the order',
};
const MORE_THAN_ONCE = new Set(['StockReceived', 'StockAdjusted', 'CreditLimitChanged', 'ShipmentFailed']);

/**
 * A module and its model, told the same things at the same time. They must answer alike, look alike, and say
 * nothing twice.
 */
export class Lockstep<State> {
  private readonly said = new Set<string>();

  constructor(
    private readonly real: Module<State>,
    private readonly model: Module<State>,
    private readonly check: (state: State) => void = () => undefined,
  ) {}

  /** Hands a message to both; returns what the real one did. */
  async tell(message: object): Promise<Reply> {
    const expected = await this.model.handle(message);
    const reply = await this.real.handle(message);
    const state = await this.look();
    mustEqual(
      { message, ...plain(reply), state },
      { message, ...plain(expected), state: await this.model.state() },
    );
    for (const published of reply.published) this.mustBeNew(published);
    return reply;
  }

  /** The real one's state, which keeps its own rules whatever the model says. */
  async look(): Promise<State> {
    const state = await this.real.state();
    this.check(state);
    return state;
  }

  private mustBeNew(message: object): void {
    const name = message.constructor.name;
    if (MORE_THAN_ONCE.has(name)) return;
    const { orderId, returnId } = message as { orderId?: string; returnId?: string };
    const what = [ONCE[name] ?? name, orderId, returnId].join(' ');
    if (this.said.has(what))
      throw new Error(`${inWords(message)} was published after the ${what} had been given already.`);
    this.said.add(what);
  }
}

/** Jest's comparison, whose report is good and which is slow, only when it has something to report. */
export function mustEqual(actual: object, expected: object): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
