import { ItemQuantity } from '../contracts/item-quantity';
import { StockBroughtBack } from '../contracts/stock-brought-back.event';
import { StockDispatched } from '../contracts/stock-dispatched.event';
import { StockLost } from '../contracts/stock-lost.event';
import { Shortage, StockRefused } from '../contracts/stock-refused.event';
import { StockReleased } from '../contracts/stock-released.event';
import { StockReserved } from '../contracts/stock-reserved.event';
import { StockReturned } from '../contracts/stock-returned.event';
import { Reservation } from './reservation';
import {
  COME_BACK,
  GIVE_BACK,
  GO_MISSING,
  LEAVE,
  SET_ASIDE,
  type StockMovement,
  TURN_UP,
} from './stock-movement';

const orderId = 'the order';
const shipmentId = 'the shipment';
const returnId = 'the return';
const lines = (...pairs: [string, number][]): ItemQuantity[] =>
  pairs.map(([itemId, quantity]) => ItemQuantity.of(itemId, quantity));
const wanted = lines(['B', 2], ['A', 1], ['B', 3]);
const addedUp = lines(['A', 1], ['B', 5]);
const plenty = new Map([
  ['A', 10],
  ['B', 5],
]);

type Step = (reservation: Reservation) => StockMovement | undefined;
const request: Step = (reservation) => reservation.request(wanted, plenty);
const requestTooMuch: Step = (reservation) => reservation.request(wanted, new Map([['B', 4]]));
const release: Step = (reservation) => reservation.release();
const dispatch: Step = (reservation) => reservation.dispatch(shipmentId, wanted);
const loseParcel: Step = (reservation) => reservation.loseParcel(shipmentId, wanted);
const takeParcelBack: Step = (reservation) => reservation.takeParcelBack(shipmentId, wanted);
const putBack =
  (quantity: number, id = returnId): Step =>
  (reservation) =>
    reservation.putBack(id, lines(['B', quantity]));

/** Given what happened before, when a step is taken, then: the movement of stock, the messages, the state. */
function after(
  given: Step[],
  when: Step,
): { moves: StockMovement | undefined; messages: object[]; state: string } {
  const reservation = Reservation.unknown(orderId);
  for (const step of given) step(reservation);
  reservation.takeRecorded();
  const moves = when(reservation);
  return {
    moves,
    messages: reservation.takeRecorded().map(({ message }) => message),
    state: reservation.state,
  };
}

const reserved = new StockReserved({ orderId, lines: addedUp });
const released = new StockReleased({ orderId });
const dispatched = new StockDispatched({ orderId, shipmentId, lines: addedUp });

describe('a request', () => {
  it('sets everything aside, the lines of an item added up', () => {
    expect(after([], request)).toEqual({
      moves: { effect: SET_ASIDE, lines: addedUp },
      messages: [reserved],
      state: 'reserved',
    });
  });

  it('sets nothing aside when one item is short, and names every item that is', () => {
    const shortages = [Shortage.of('A', 1, 0), Shortage.of('B', 5, 4)];
    expect(after([], requestTooMuch)).toEqual({
      moves: undefined,
      messages: [new StockRefused({ orderId, shortages })],
      state: 'refused',
    });
  });

  it('is refused after a release that overtook it', () => {
    expect(after([release], request)).toEqual({
      moves: undefined,
      messages: [new StockRefused({ orderId, shortages: [] })],
      state: 'released',
    });
  });

  it.each<[string, Step[]]>([
    ['reserved', [request]],
    ['refused', [requestTooMuch]],
    ['released', [request, release]],
    ['released', [release, request]],
    ['dispatched', [request, dispatch]],
  ])('changes nothing when the reservation is %s already', (state, given) => {
    expect(after(given, request)).toEqual({ moves: undefined, messages: [], state });
  });
});

describe('a release', () => {
  it('gives back what was set aside', () => {
    expect(after([request], release)).toEqual({
      moves: { effect: GIVE_BACK, lines: addedUp },
      messages: [released],
      state: 'released',
    });
  });

  it('gives nothing back after a refusal, but answers', () => {
    expect(after([requestTooMuch], release)).toEqual({
      moves: undefined,
      messages: [released],
      state: 'released',
    });
  });

  it('of something unknown is remembered and answered', () => {
    expect(after([], release)).toEqual({ moves: undefined, messages: [released], state: 'forestalled' });
  });

  it.each<[string, Step[]]>([
    ['released', [request, release]],
    ['forestalled', [release]],
    ['released', [release, request]],
    ['dispatched', [request, dispatch]],
    [
      'reserved and some of it came back',
      [request, (reservation) => reservation.putBack(returnId, lines(['B', 1]))],
    ],
  ])('changes nothing when the reservation is %s already', (what, given) => {
    expect(after(given, release)).toEqual({ moves: undefined, messages: [], state: what.split(' ')[0] });
  });
});

describe('a dispatch', () => {
  it('takes what was set aside off the shelf', () => {
    expect(after([request], dispatch)).toEqual({
      moves: { effect: LEAVE, lines: addedUp },
      messages: [dispatched],
      state: 'dispatched',
    });
  });

  it('that is repeated changes nothing', () => {
    expect(after([request, dispatch], dispatch)).toEqual({
      moves: undefined,
      messages: [],
      state: 'dispatched',
    });
  });

  it.each<[string, Step[]]>([
    ['unknown', []],
    ['refused', [requestTooMuch]],
    ['released', [request, release]],
    ['forestalled', [release]],
  ])('is an error when the reservation is %s', (_state, given) => {
    expect(() => after(given, dispatch)).toThrow(/left with shipment/);
  });

  it('is an error with a second shipment', () => {
    expect(() =>
      after([request, dispatch], (reservation) => reservation.dispatch('another', wanted)),
    ).toThrow(/left with shipment another/);
  });

  it.each([
    [[['A', 1]]],
    [
      [
        ['A', 1],
        ['B', 4],
      ],
    ],
    [
      [
        ['A', 1],
        ['C', 5],
      ],
    ],
  ] as [[string, number][]][])('is an error with other goods than were set aside: %j', (pairs) => {
    expect(() =>
      after([request], (reservation) => reservation.dispatch(shipmentId, lines(...pairs))),
    ).toThrow(/carries other goods/);
  });
});

describe('a return', () => {
  const cameBack = (quantity: number, id = returnId) => ({
    moves: { effect: COME_BACK, lines: lines(['B', quantity]) },
    messages: [new StockReturned({ orderId, returnId: id, lines: lines(['B', quantity]) })],
  });

  it('puts goods back on the shelf', () => {
    expect(after([request, dispatch], putBack(3))).toMatchObject(cameBack(3));
  });

  it('that is repeated changes nothing', () => {
    expect(after([request, dispatch, putBack(3)], putBack(3))).toEqual({
      moves: undefined,
      messages: [],
      state: 'dispatched',
    });
  });

  it('may bring back the rest', () => {
    expect(after([request, dispatch, putBack(3)], putBack(2, 'the next'))).toMatchObject(
      cameBack(2, 'the next'),
    );
  });

  it('is an error with more than left', () => {
    expect(() => after([request, dispatch, putBack(3)], putBack(3, 'the next'))).toThrow(
      /more of B than left/,
    );
  });

  it('may be heard of before the dispatch', () => {
    expect(after([request], putBack(3))).toMatchObject(cameBack(3));
    expect(after([request, putBack(3)], dispatch)).toEqual({
      moves: { effect: LEAVE, lines: addedUp },
      messages: [dispatched],
      state: 'dispatched',
    });
  });

  it('is an error for an order that nothing was set aside for', () => {
    expect(() => after([], putBack(1))).toThrow(/whose reservation is unknown/);
  });
});

describe('a parcel that does not arrive', () => {
  const lost = {
    moves: { effect: GO_MISSING, lines: addedUp },
    messages: [new StockLost({ orderId, shipmentId, lines: addedUp })],
  };
  const broughtBack = (effect = COME_BACK) => ({
    moves: { effect, lines: addedUp },
    messages: [new StockBroughtBack({ orderId, shipmentId, lines: addedUp })],
  });

  it('takes its goods with it when it is lost, and brings them back when it returns', () => {
    expect(after([request, dispatch], loseParcel)).toMatchObject(lost);
    expect(after([request, dispatch], takeParcelBack)).toMatchObject(broughtBack());
  });

  it('that was lost and turns up is lost no more', () => {
    expect(after([request, dispatch, loseParcel], takeParcelBack)).toMatchObject(broughtBack(TURN_UP));
  });

  it.each<[string, Step[], Step]>([
    ['lost', [loseParcel], loseParcel],
    ['back', [takeParcelBack], takeParcelBack],
    ['back, and was lost before', [loseParcel, takeParcelBack], loseParcel],
  ])('and is %s changes nothing the second time', (_what, given, step) => {
    expect(after([request, dispatch, ...given], step)).toEqual({
      moves: undefined,
      messages: [],
      state: 'dispatched',
    });
  });

  it('may be heard of before the dispatch', () => {
    expect(after([request], takeParcelBack)).toMatchObject(broughtBack());
    expect(after([request, loseParcel], dispatch)).toMatchObject({
      moves: { effect: LEAVE, lines: addedUp },
      state: 'dispatched',
    });
    expect(after([request, loseParcel], release)).toEqual({
      moves: undefined,
      messages: [],
      state: 'reserved',
    });
  });

  it.each<[string, Step[], RegExp]>([
    ['nothing was set aside for', [], /is unknown without it/],
    ['gave everything back', [request, release], /is released without it/],
    [
      'left with another shipment',
      [request, (reservation) => reservation.dispatch('another', wanted)],
      /is dispatched without it/,
    ],
    ['got goods back from its customer', [request, dispatch, putBack(1)], /were returned by its customer/],
  ])('is an error for an order that %s', (_what, given, message) => {
    for (const step of [loseParcel, takeParcelBack]) expect(() => after(given, step)).toThrow(message);
  });

  it('is an error with other goods than were set aside', () => {
    expect(() =>
      after([request, dispatch], (reservation) => reservation.loseParcel(shipmentId, lines(['A', 1]))),
    ).toThrow(/carries other goods/);
  });

  it('has no customer who could return goods', () => {
    expect(() => after([request, dispatch, takeParcelBack], putBack(1))).toThrow(/whose parcel was returned/);
  });
});

describe('the movements of stock', () => {
  it.each([SET_ASIDE, GIVE_BACK, LEAVE, COME_BACK, GO_MISSING, TURN_UP])(
    'keep on hand = received + adjusted - dispatched + returned: %j',
    ({ onHand, dispatched: out, returned }) => {
      expect(onHand).toBe(returned - out);
    },
  );

  it('leave nothing set aside once an order is over', () => {
    expect(SET_ASIDE.reserved + GIVE_BACK.reserved).toBe(0);
    expect(SET_ASIDE.reserved + LEAVE.reserved).toBe(0);
    expect(GO_MISSING.lost + TURN_UP.lost).toBe(0);
  });
});
