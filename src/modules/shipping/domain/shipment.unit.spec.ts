import { Address } from '../../customers/contracts/address';
import { DeliveryRefused } from '../contracts/delivery-refused.event';
import { ShipmentDelivered } from '../contracts/shipment-delivered.event';
import { ShipmentDispatched } from '../contracts/shipment-dispatched.event';
import { ShipmentFailed, type ShipmentFailure } from '../contracts/shipment-failed.event';
import { ShipmentLine } from '../contracts/shipment-line';
import { ShipmentLost, type ShipmentLoss } from '../contracts/shipment-lost.event';
import { ShipmentPrepared } from '../contracts/shipment-prepared.event';
import { ShipmentReturned } from '../contracts/shipment-returned.event';
import { Shipment } from './shipment';

const shipmentId = 'the shipment';
const orderId = 'the order';
const lines = [ShipmentLine.of('A', 1), ShipmentLine.of('A', 2)];
const monday = new Date('2026-01-05T09:00:00Z');
const tuesday = new Date('2026-01-06T09:00:00Z');

const prepared = (address: Address | null = Address.of({ country: 'France' })): Shipment =>
  Shipment.prepare({ shipmentId, orderId, customerId: 'the customer', lines }, address, monday);
const dispatched = (): Shipment => given(prepared(), (shipment) => shipment.dispatch(monday));
const delivered = (): Shipment =>
  given(dispatched(), (shipment) => shipment.reportDelivery('delivered', tuesday));
const refused = (): Shipment => given(dispatched(), (shipment) => shipment.reportRefusal(tuesday));
const lost = (): Shipment => given(dispatched(), (shipment) => shipment.reportLoss(tuesday));
const returned = (): Shipment => given(dispatched(), (shipment) => shipment.reportReturn(tuesday));
const cancelled = (): Shipment => given(prepared(), (shipment) => shipment.cancel());

function given(shipment: Shipment, ...steps: ((shipment: Shipment) => void)[]): Shipment {
  for (const step of steps) step(shipment);
  return shipment;
}

/** The state and the messages after a step. */
function after(
  shipment: Shipment,
  step: (shipment: Shipment) => void = () => undefined,
): { state: string; messages: object[] } {
  if (step.length > 0) shipment.takeRecorded();
  step(shipment);
  return { state: shipment.state, messages: shipment.takeRecorded().map(({ message }) => message) };
}

const failed = (reason: ShipmentFailure): ShipmentFailed =>
  new ShipmentFailed({ shipmentId, orderId, reason });
const refusal = (code: string) => expect.objectContaining({ code });

describe('preparing a shipment', () => {
  it('needs no more of an address than a country', () => {
    expect(after(prepared())).toEqual({
      state: 'prepared',
      messages: [new ShipmentPrepared({ shipmentId, orderId })],
    });
  });

  it('fails without an address', () => {
    expect(after(prepared(null))).toEqual({ state: 'failed', messages: [failed('no-address')] });
  });
});

describe('cancelling a shipment', () => {
  it('keeps it from leaving', () => {
    expect(after(prepared(), (shipment) => shipment.cancel())).toEqual({
      state: 'cancelled',
      messages: [failed('cancelled')],
    });
  });

  it('is answered when it failed for want of an address', () => {
    expect(after(prepared(null), (shipment) => shipment.cancel())).toEqual({
      state: 'cancelled',
      messages: [failed('cancelled')],
    });
  });

  it('that was never prepared is remembered and answered', () => {
    expect(after(Shipment.cancelledBeforehand(shipmentId, orderId, monday))).toEqual({
      state: 'cancelled',
      messages: [failed('cancelled')],
    });
  });

  it.each([
    ['dispatched', dispatched],
    ['delivered', delivered],
    ['cancelled', cancelled],
  ])('changes nothing when it is %s', (state, shipment) => {
    expect(after(shipment(), (it) => it.cancel())).toEqual({ state, messages: [] });
  });
});

describe('dispatching a shipment', () => {
  it('tells what is in it and when it left', () => {
    const shipment = prepared();
    expect(after(shipment, (it) => it.dispatch(tuesday))).toEqual({
      state: 'dispatched',
      messages: [new ShipmentDispatched({ shipmentId, orderId, lines })],
    });
    expect(shipment.dispatchedAt).toEqual(tuesday);
  });

  it.each([
    ['dispatched', dispatched],
    ['delivered', delivered],
    ['refused', refused],
    ['lost', lost],
    ['returned', returned],
  ])('changes nothing when it is %s', (state, shipment) => {
    expect(after(shipment(), (it) => it.dispatch(tuesday))).toEqual({ state, messages: [] });
  });

  it.each([
    ['cancelled', cancelled],
    ['failed', () => prepared(null)],
  ])('is refused when it is %s', (_state, shipment) => {
    expect(() => shipment().dispatch(tuesday)).toThrow(refusal('shipping.shipment-not-dispatchable'));
  });

  it('is refused at another version than expected', () => {
    expect(() => prepared().dispatch(tuesday, 2)).toThrow(refusal('shipping.version-mismatch'));
    expect(after(prepared(), (it) => it.dispatch(tuesday, 1)).state).toBe('dispatched');
  });
});

describe('reporting a delivery', () => {
  it('ends a shipment that arrived', () => {
    const shipment = dispatched();
    expect(after(shipment, (it) => it.reportDelivery('delivered', tuesday))).toEqual({
      state: 'delivered',
      messages: [new ShipmentDelivered({ shipmentId, orderId })],
    });
    expect(shipment.deliveredAt).toEqual(tuesday);
  });

  it('leaves a shipment under way when an attempt failed, and it may arrive after all', () => {
    const shipment = dispatched();
    expect(after(shipment, (it) => it.reportDelivery('failed', tuesday))).toEqual({
      state: 'dispatched',
      messages: [failed('delivery-failed')],
    });
    expect(after(shipment, (it) => it.reportDelivery('delivered', tuesday)).state).toBe('delivered');
  });

  it('that it arrived changes nothing the second time', () => {
    expect(after(delivered(), (it) => it.reportDelivery('delivered', tuesday))).toEqual({
      state: 'delivered',
      messages: [],
    });
  });

  it.each([
    ['prepared', prepared, 'delivered'],
    ['cancelled', cancelled, 'delivered'],
    ['failed', () => prepared(null), 'failed'],
    ['delivered', delivered, 'failed'],
    ['refused', refused, 'delivered'],
    ['lost', lost, 'delivered'],
    ['returned', returned, 'failed'],
  ] as const)('is refused when it is %s', (_state, shipment, outcome) => {
    expect(() => shipment().reportDelivery(outcome, tuesday)).toThrow(
      refusal('shipping.shipment-not-under-way'),
    );
  });

  it('is refused at another version than expected', () => {
    expect(() => dispatched().reportDelivery('delivered', tuesday, 1)).toThrow(
      refusal('shipping.version-mismatch'),
    );
  });
});

describe('a parcel that does not arrive', () => {
  const isLost = (reason: ShipmentLoss) => ({
    state: 'lost',
    messages: [new ShipmentLost({ shipmentId, orderId, reason, lines })],
  });
  const isReturned = { state: 'returned', messages: [new ShipmentReturned({ shipmentId, orderId, lines })] };

  it('is refused, and is back or gone after that', () => {
    expect(after(dispatched(), (it) => it.reportRefusal(tuesday))).toEqual({
      state: 'refused',
      messages: [new DeliveryRefused({ shipmentId, orderId })],
    });
    expect(after(refused(), (it) => it.reportReturn(tuesday))).toEqual(isReturned);
    expect(after(refused(), (it) => it.reportLoss(tuesday))).toEqual(isLost('reported'));
  });

  it('is lost, and may be found and returned, but not be delivered any more', () => {
    expect(after(dispatched(), (it) => it.reportLoss(tuesday))).toEqual(isLost('reported'));
    expect(after(lost(), (it) => it.reportReturn(tuesday))).toEqual(isReturned);
  });

  it('comes back without a word before', () => {
    expect(after(dispatched(), (it) => it.reportReturn(tuesday))).toEqual(isReturned);
  });

  it.each([
    ['refused', refused, (it: Shipment) => it.reportRefusal(tuesday)],
    ['lost', lost, (it: Shipment) => it.reportLoss(tuesday)],
    ['returned', returned, (it: Shipment) => it.reportReturn(tuesday)],
  ])('that it is %s changes nothing the second time', (state, shipment, again) => {
    expect(after(shipment(), again)).toEqual({ state, messages: [] });
  });

  const reports = {
    refused: (it: Shipment) => it.reportRefusal(tuesday),
    lost: (it: Shipment) => it.reportLoss(tuesday),
    returned: (it: Shipment) => it.reportReturn(tuesday),
  };
  it.each([
    ['prepared', prepared, ['refused', 'lost', 'returned']],
    ['delivered', delivered, ['refused', 'lost', 'returned']],
    ['cancelled', cancelled, ['refused', 'lost', 'returned']],
    ['failed', () => prepared(null), ['refused', 'lost', 'returned']],
    ['lost', lost, ['refused']],
    ['returned', returned, ['refused', 'lost']],
  ] as const)('and is %s cannot be something else: it stays so', (state, shipment, refusals) => {
    for (const report of refusals) {
      const subject = shipment();
      expect(() => reports[report](subject)).toThrow(
        expect.objectContaining({
          code: 'shipping.shipment-not-under-way',
          message: expect.stringContaining(` is ${state},`),
        }),
      );
      expect(subject.state).toBe(state);
    }
  });

  it('is reported of the version that the carrier has seen', () => {
    for (const report of ['reportRefusal', 'reportLoss', 'reportReturn'] as const)
      expect(() => dispatched()[report](tuesday, 1)).toThrow(refusal('shipping.version-mismatch'));
  });

  describe('and of which nothing is heard', () => {
    const wednesday = new Date('2026-01-07T09:00:00Z');
    const giveUp = (since: Date) => (it: Shipment) => void it.presumeLost(since);

    it('is given up, on its way there or back, once the last word is old enough', () => {
      expect(after(dispatched(), giveUp(monday))).toEqual(isLost('presumed'));
      expect(after(refused(), giveUp(tuesday))).toEqual(isLost('presumed'));
      expect(after(Object.assign(dispatched(), { heardAt: null }), giveUp(monday))).toEqual(
        isLost('presumed'),
      );
    });

    it('is not given up where something was heard since', () => {
      const tried = given(dispatched(), (it) => it.reportDelivery('failed', tuesday));
      expect(after(tried, giveUp(monday))).toEqual({ state: 'dispatched', messages: [] });
      expect(dispatched().presumeLost(new Date(monday.getTime() - 1))).toBe(false);
    });

    it.each([
      ['prepared', prepared],
      ['delivered', delivered],
      ['lost', lost],
      ['returned', returned],
      ['cancelled', cancelled],
    ])('and which is %s stays so', (state, shipment) => {
      expect(after(shipment(), giveUp(wednesday))).toEqual({ state, messages: [] });
    });
  });
});
