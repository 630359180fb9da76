import { Money } from '../../../platform/domain/money';
import { CreditLimitChanged } from '../contracts/credit-limit-changed.event';
import { CreditRefused } from '../contracts/credit-refused.event';
import { CreditReleased } from '../contracts/credit-released.event';
import { CreditReserved } from '../contracts/credit-reserved.event';
import { accountIdOf, CreditAccount } from './credit-account';
import { CreditHold } from './credit-hold';
import { openHoldsMayReachButNotExceedTheLimit } from './open-holds-may-reach-but-not-exceed-the-limit';

const pounds = (amount: number): Money => Money.of(amount, 'GBP');
const account = (limit = 1_000): CreditAccount => CreditAccount.open('customer', pounds(limit));
const messagesOf = (aggregate: CreditAccount | CreditHold): object[] =>
  aggregate.takeRecorded().map(({ message }) => message);

describe('open holds may reach but not exceed the limit', () => {
  it.each([
    [0, 1_000, true],
    [0, 1_001, false],
    [400, 600, true],
    [400, 601, false],
    [1_200, 0, false],
    [1_000, 0, true],
  ])('with %i of 1,000 held, %i more is allowed: %s', (held, amount, allowed) => {
    expect(openHoldsMayReachButNotExceedTheLimit({ limit: 1_000, held }, amount)).toBe(allowed);
  });
});

describe('a credit account', () => {
  it('holds and gives back', () => {
    const open = account();
    expect(open.hold(pounds(700))).toBe(true);
    expect([open.held, open.available]).toEqual([700, 300]);
    open.giveBack(pounds(700));
    expect([open.held, open.available, open.revision]).toEqual([0, 1_000, 3]);
  });

  it('is in one currency, and never reckons with another', () => {
    const open = account();
    open.hold(pounds(700));
    const euro = Money.of(1, 'EUR');
    for (const mixing of [() => open.hold(euro), () => open.giveBack(euro), () => open.setLimit(euro)])
      expect(mixing).toThrow(RangeError);
    expect([open.held, open.limitAmount, open.revision]).toEqual([700, 1_000, 2]);
    expect(() => open.giveBack(pounds(701))).toThrow(RangeError);
  });

  it('is exact up to the largest limit there is', () => {
    const open = account(Number.MAX_SAFE_INTEGER);
    expect(open.hold(pounds(Number.MAX_SAFE_INTEGER - 1))).toBe(true);
    expect(open.hold(pounds(2))).toBe(false);
    expect(open.hold(pounds(1))).toBe(true);
    expect(open.hold(pounds(1))).toBe(false);
    expect([open.held, open.available]).toEqual([Number.MAX_SAFE_INTEGER, 0]);
  });

  it('has an id for each currency, and in pounds that of the customer', () => {
    expect(['GBP', 'EUR'].map((currency) => accountIdOf('customer', currency))).toEqual([
      'customer',
      'customer/EUR',
    ]);
    const open = CreditAccount.open('customer', Money.of(5, 'EUR'));
    open.setLimit(Money.of(6, 'EUR'));
    expect(open.takeRecorded()).toMatchObject([
      { aggregateType: 'credit-account', aggregateId: 'customer/EUR', keyVersion: 1 },
    ]);
  });

  it('keeps its holds when the limit is lowered below them, and holds nothing more', () => {
    const open = account();
    open.hold(pounds(700));
    open.setLimit(pounds(500));
    expect([open.held, open.available]).toEqual([700, 0]);
    expect(open.hold(pounds(1))).toBe(false);
    expect(messagesOf(open)).toEqual([
      new CreditLimitChanged({ customerId: 'customer', limit: pounds(500) }),
    ]);
  });

  it('says nothing when the limit is the one it has', () => {
    const open = account();
    open.setLimit(pounds(1_000));
    expect(messagesOf(open)).toEqual([]);
    expect(open.revision).toBe(1);
  });

  it('refuses a limit in no currency of ISO 4217, and one meant for another revision', () => {
    const strange = CreditAccount.open('customer', Money.of(0, 'XXZ'));
    expect(() => strange.setLimit(Money.of(1, 'XXZ'))).toThrow(
      expect.objectContaining({ code: 'payments.currency-unknown' }),
    );
    expect(() => account().setLimit(pounds(1), 7)).toThrow(
      expect.objectContaining({ kind: 'precondition-failed' }),
    );
  });
});

describe('a credit hold', () => {
  const reserved = new CreditReserved({ orderId: 'order' });
  const refused = (available: number): CreditRefused => new CreditRefused({ orderId: 'order', available });
  const released = new CreditReleased({ orderId: 'order' });

  /**
   * What is done to one hold of 600, on an account of the given limit: what is published, the state, and what
   * stays held.
   */
  const play = (
    limit: number,
    ...steps: ('reserve' | 'release')[]
  ): { published: object[]; state: string; held: number } => {
    const open = account(limit);
    const hold = CreditHold.unknown('order');
    for (const step of steps) {
      if (step === 'reserve') hold.reserve(open, pounds(600));
      else hold.release(hold.isHeld ? open : undefined);
    }
    return { published: messagesOf(hold), state: hold.state, held: open.held };
  };

  it.each([
    ['is granted', 1_000, ['reserve'], { published: [reserved], state: 'held', held: 600 }],
    ['may take all there is', 600, ['reserve'], { published: [reserved], state: 'held', held: 600 }],
    [
      'is refused above the limit',
      599,
      ['reserve'],
      { published: [refused(599)], state: 'refused', held: 0 },
    ],
    ['is granted once', 2_000, ['reserve', 'reserve'], { published: [reserved], state: 'held', held: 600 }],
    ['is refused once', 0, ['reserve', 'reserve'], { published: [refused(0)], state: 'refused', held: 0 }],
    [
      'is released',
      1_000,
      ['reserve', 'release'],
      { published: [reserved, released], state: 'released', held: 0 },
    ],
    [
      'is released once',
      1_000,
      ['reserve', 'release', 'release'],
      { published: [reserved, released], state: 'released', held: 0 },
    ],
    [
      'does not come back after its release',
      1_000,
      ['reserve', 'release', 'reserve'],
      { published: [reserved, released], state: 'released', held: 0 },
    ],
    [
      'answers a release after its refusal',
      0,
      ['reserve', 'release'],
      { published: [refused(0), released], state: 'released', held: 0 },
    ],
    [
      'answers a release of nothing',
      1_000,
      ['release', 'release'],
      { published: [released], state: 'forestalled', held: 0 },
    ],
    [
      'is refused after a release that came first',
      1_000,
      ['release', 'reserve', 'reserve', 'release'],
      { published: [released, refused(1_000)], state: 'released', held: 0 },
    ],
  ] as const)('%s', (_, limit, steps, expected) => {
    expect(play(limit, ...steps)).toEqual(expected);
  });

  it('goes back only to the account it was taken from', () => {
    const hold = CreditHold.unknown('order');
    hold.reserve(account(), pounds(1));
    for (const other of [
      CreditAccount.open('another', pounds(1)),
      CreditAccount.open('customer', Money.of(1, 'EUR')),
    ])
      expect(() => hold.release(other)).toThrow('the account it was taken from');
  });
});
