import { Address } from '../../customers/contracts/address';
import { ShipmentDelivered } from '../contracts/shipment-delivered.event';
import { ShipmentDispatched } from '../contracts/shipment-dispatched.event';
import { ShipmentFailed, type ShipmentFailure } from '../contracts/shipment-failed.event';
import { ShipmentLine } from '../contracts/shipment-line';
import { ShipmentPrepared } from '../contracts/shipment-prepared.event';
import { Shipment } from './shipment';

const shipmentId = 'the shipment';
const orderId = 'the order';
const lines = [ShipmentLine.of('A', 1), ShipmentLine.of('A', 2)];
const monday = new Date('2026-01-05T09:00:00Z');
const tuesday = new Date('2026-01-06T09:00:00Z');

const prepared = (address: Address | null = Address.of({ country: 'France' })): Shipment =>
  Shipment.prepare({ shipmentId, orderId, customerId: 'the customer', lines }, address, monday);
const dispatched = (): Shipment => given(prepared(), (shipment) => shipment.dispatch(monday));
const delivered = (): Shipment => given(dispatched(), (shipment) => shipment.reportDelivery('delivered', tuesday));
const cancelled = (): Shipment => given(prepared(), (shipment) => shipment.cancel());

function given(shipment: Shipment, ...steps: ((shipment: Shipment) => void)[]): Shipment {
  for (const step of steps) step(shipment);
  return shipment;
}

/** The state and the messages after a step. */
function after(shipment: Shipment, step: (shipment: Shipment) => void = () => undefined): { state: string; messages: object[] } {
  if (step.length > 0) shipment.takeRecorded();
  step(shipment);
  return { state: shipment.state, messages: shipment.takeRecorded().map(({ message }) => message) };
}

const failed = (reason: ShipmentFailure): ShipmentFailed => new ShipmentFailed({ shipmentId, orderId, reason });
const refusal = (code: string) => expect.objectContaining({ code });

describe('preparing a shipment', () => {
  it('needs no more of an address than a country', () => {
    expect(after(prepared())).toEqual({ state: 'prepared', messages: [new ShipmentPrepared({ shipmentId, orderId })] });
  });

  it('fails without an address', () => {
    expect(after(prepared(null))).toEqual({ state: 'failed', messages: [failed('no-address')] });
  });
});

describe('cancelling a shipment', () => {
  it('keeps it from leaving', () => {
    expect(after(prepared(), (shipment) => shipment.cancel())).toEqual({ state: 'cancelled', messages: [failed('cancelled')] });
  });

  it('is answered when it failed for want of an address', () => {
    expect(after(prepared(null), (shipment) => shipment.cancel())).toEqual({ state: 'cancelled', messages: [failed('cancelled')] });
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
    expect(after(delivered(), (it) => it.reportDelivery('delivered', tuesday))).toEqual({ state: 'delivered', messages: [] });
  });

  it.each([
    ['prepared', prepared, 'delivered'],
    ['cancelled', cancelled, 'delivered'],
    ['failed', () => prepared(null), 'failed'],
    ['delivered', delivered, 'failed'],
  ] as const)('is refused when it is %s', (_state, shipment, outcome) => {
    expect(() => shipment().reportDelivery(outcome, tuesday)).toThrow(refusal('shipping.shipment-not-under-way'));
  });

  it('is refused at another version than expected', () => {
    expect(() => dispatched().reportDelivery('delivered', tuesday, 1)).toThrow(refusal('shipping.version-mismatch'));
  });
});
