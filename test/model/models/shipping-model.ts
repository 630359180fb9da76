import { CancelShipment } from '../../../src/modules/shipping/contracts/cancel-shipment.command';
import { DispatchShipment } from '../../../src/modules/shipping/contracts/dispatch-shipment.command';
import { PrepareShipment } from '../../../src/modules/shipping/contracts/prepare-shipment.command';
import { ReportDelivery } from '../../../src/modules/shipping/contracts/report-delivery.command';
import { ReportLoss } from '../../../src/modules/shipping/contracts/report-loss.command';
import { ReportRefusal } from '../../../src/modules/shipping/contracts/report-refusal.command';
import { ReportReturn } from '../../../src/modules/shipping/contracts/report-return.command';
import { DeliveryRefused } from '../../../src/modules/shipping/contracts/delivery-refused.event';
import { ShipmentDelivered } from '../../../src/modules/shipping/contracts/shipment-delivered.event';
import { ShipmentDispatched } from '../../../src/modules/shipping/contracts/shipment-dispatched.event';
import { ShipmentFailed } from '../../../src/modules/shipping/contracts/shipment-failed.event';
import type { ShipmentLine } from '../../../src/modules/shipping/contracts/shipment-line';
import { ShipmentLost } from '../../../src/modules/shipping/contracts/shipment-lost.event';
import { ShipmentPrepared } from '../../../src/modules/shipping/contracts/shipment-prepared.event';
import { ShipmentReturned } from '../../../src/modules/shipping/contracts/shipment-returned.event';
import { nothing, refuses, says, type Module, type Reply } from '../reply';

/** The state of each order's parcel. */
export type ShippingState = Record<string, string>;

/** The name of an order's parcel in a test: there is one for each order. */
export const parcelOf = (orderId: string): string => `parcel of ${orderId}`;
const orderOf = (shipmentId: string): string => shipmentId.replace('parcel of ', '');

type Astray = 'refused' | 'lost' | 'returned';

/** What a parcel must be for it to become so. */
const BEFORE: Readonly<Record<Astray, readonly string[]>> = {
  refused: ['dispatched'],
  lost: ['dispatched', 'refused'],
  returned: ['dispatched', 'refused', 'lost'],
};

interface Parcel {
  state: 'prepared' | 'failed' | 'cancelled' | 'dispatched' | 'delivered' | Astray;
  lines: ShipmentLine[];
}

/** What shipping is to do: one parcel for each order, and what may become of it. */
export class ShippingModel implements Module<ShippingState> {
  private readonly parcels: Record<string, Parcel> = {};

  constructor(private readonly hasAddress: (customerId: string) => boolean) {}

  handle(message: object): Reply {
    if (message instanceof PrepareShipment) return this.prepare(message);
    if (message instanceof CancelShipment) return this.cancel(message.orderId);
    if (message instanceof DispatchShipment) return this.dispatch(orderOf(message.shipmentId));
    if (message instanceof ReportDelivery) return this.report(orderOf(message.shipmentId), message.outcome);
    if (message instanceof ReportRefusal) return this.goAstray(orderOf(message.shipmentId), 'refused');
    if (message instanceof ReportLoss) return this.goAstray(orderOf(message.shipmentId), 'lost');
    if (message instanceof ReportReturn) return this.goAstray(orderOf(message.shipmentId), 'returned');
    throw new Error(`Shipping takes no ${message.constructor.name}.`);
  }

  state(): ShippingState {
    return Object.fromEntries(Object.entries(this.parcels).map(([orderId, { state }]) => [orderId, state]));
  }

  private prepare({ orderId, customerId, lines }: PrepareShipment): Reply {
    if (this.parcels[orderId]) return nothing;
    const state = this.hasAddress(customerId) ? 'prepared' : 'failed';
    this.parcels[orderId] = { state, lines };
    return state === 'failed'
      ? failed(orderId, 'no-address')
      : says(new ShipmentPrepared({ shipmentId: parcelOf(orderId), orderId }));
  }

  private cancel(orderId: string): Reply {
    const parcel = (this.parcels[orderId] ??= { state: 'prepared', lines: [] });
    if (parcel.state !== 'prepared' && parcel.state !== 'failed') return nothing;
    parcel.state = 'cancelled';
    return failed(orderId, 'cancelled');
  }

  private dispatch(orderId: string): Reply {
    const parcel = this.parcels[orderId];
    if (!parcel) return refuses('shipping.shipment-unknown');
    if (['dispatched', 'delivered', 'refused', 'lost', 'returned'].includes(parcel.state)) return nothing;
    if (parcel.state !== 'prepared') return refuses('shipping.shipment-not-dispatchable');
    parcel.state = 'dispatched';
    return says(new ShipmentDispatched({ shipmentId: parcelOf(orderId), orderId, lines: parcel.lines }));
  }

  private report(orderId: string, outcome: 'delivered' | 'failed'): Reply {
    const parcel = this.parcels[orderId];
    if (!parcel) return refuses('shipping.shipment-unknown');
    if (parcel.state === 'delivered' && outcome === 'delivered') return nothing;
    if (parcel.state !== 'dispatched') return refuses('shipping.shipment-not-under-way');
    if (outcome === 'failed') return failed(orderId, 'delivery-failed');
    parcel.state = 'delivered';
    return says(new ShipmentDelivered({ shipmentId: parcelOf(orderId), orderId }));
  }

  private goAstray(orderId: string, state: Astray): Reply {
    const parcel = this.parcels[orderId];
    if (!parcel) return refuses('shipping.shipment-unknown');
    if (parcel.state === state) return nothing;
    if (!BEFORE[state].includes(parcel.state)) return refuses('shipping.shipment-not-under-way');
    parcel.state = state;
    const told = { shipmentId: parcelOf(orderId), orderId };
    if (state === 'refused') return says(new DeliveryRefused(told));
    const { lines } = parcel;
    return says(
      state === 'lost'
        ? new ShipmentLost({ ...told, reason: 'reported', lines })
        : new ShipmentReturned({ ...told, lines }),
    );
  }
}

const failed = (orderId: string, reason: ShipmentFailed['reason']): Reply =>
  says(new ShipmentFailed({ shipmentId: parcelOf(orderId), orderId, reason }));
