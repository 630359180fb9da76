import { Aggregate } from '../../../platform/domain';
import type { Address } from '../../customers/contracts/address';
import type { DeliveryOutcome } from '../contracts/report-delivery.command';
import { DeliveryRefused } from '../contracts/delivery-refused.event';
import { ShipmentDelivered } from '../contracts/shipment-delivered.event';
import { ShipmentDispatched } from '../contracts/shipment-dispatched.event';
import { ShipmentFailed, type ShipmentFailure } from '../contracts/shipment-failed.event';
import type { ShipmentLine } from '../contracts/shipment-line';
import { ShipmentLost, type ShipmentLoss } from '../contracts/shipment-lost.event';
import { ShipmentPrepared } from '../contracts/shipment-prepared.event';
import { ShipmentReturned } from '../contracts/shipment-returned.event';
import { shipmentNotDispatchable, shipmentNotUnderWay, versionMismatch } from './shipping-refusals';

export const SHIPMENT_STATES = [
  'prepared',
  'dispatched',
  'delivered',
  'refused',
  'lost',
  'returned',
  'cancelled',
  'failed',
] as const;

/**
 * `cancelled` and `failed` never left; a delivery that failed leaves the shipment `dispatched`. `refused` by
 * its recipient, and on its way back; `returned`, it is back. One that is `lost` may turn up and be returned.
 */
export type ShipmentState = (typeof SHIPMENT_STATES)[number];

/** An order's parcel, from packing to the customer's door. One per order. */
export class Shipment extends Aggregate {
  shipmentId!: string;
  orderId!: string;
  /** Unknown where a shipment was cancelled before it was asked for. */
  customerId: string | null = null;
  state!: ShipmentState;
  lines: ShipmentLine[] = [];
  /** Where it goes: the customer's address when it was packed. Later moves do not redirect it. */
  address: Address | null = null;
  createdAt!: Date;
  dispatchedAt: Date | null = null;
  deliveredAt: Date | null = null;
  /** When something was last reported of it. Unknown of one that an earlier version has dispatched. */
  heardAt: Date | null = null;

  /** Packs a parcel. Without an address it fails at once: it could never leave. */
  static prepare(
    parcel: { shipmentId: string; orderId: string; customerId: string; lines: ShipmentLine[] },
    address: Address | null,
    at: Date,
  ): Shipment {
    const shipment = Object.assign(new Shipment(), { ...parcel, address, createdAt: at });
    if (address) {
      shipment.state = 'prepared';
      shipment.record(new ShipmentPrepared({ shipmentId: shipment.shipmentId, orderId: shipment.orderId }));
    } else {
      shipment.state = 'failed';
      shipment.fail('no-address');
    }
    return shipment;
  }

  /** Stands for a parcel that was cancelled before it was asked for, so that none is packed after all. */
  static cancelledBeforehand(shipmentId: string, orderId: string, at: Date): Shipment {
    const shipment = Object.assign(new Shipment(), {
      shipmentId,
      orderId,
      state: 'cancelled' as const,
      createdAt: at,
    });
    shipment.fail('cancelled');
    return shipment;
  }

  /** True while a cancellation still has something to answer. */
  get canBeCancelled(): boolean {
    return this.state === 'prepared' || this.state === 'failed';
  }

  /** Keeps the parcel from leaving. One that has left goes on; one that is cancelled already stays so. */
  cancel(): void {
    if (!this.canBeCancelled) return;
    this.state = 'cancelled';
    this.fail('cancelled');
  }

  /** Hands the parcel over. From here on there is no way back; doing it again changes nothing. */
  dispatch(at: Date, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    if (this.hasLeft) return;
    if (this.state !== 'prepared') throw shipmentNotDispatchable(this.shipmentId, this.state);
    this.state = 'dispatched';
    this.dispatchedAt = at;
    this.heardAt = at;
    this.record(
      new ShipmentDispatched({ shipmentId: this.shipmentId, orderId: this.orderId, lines: this.lines }),
    );
  }

  /** Writes down what the carrier says. It may try more than once, but what has arrived has arrived. */
  reportDelivery(outcome: DeliveryOutcome, at: Date, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    if (this.state === 'delivered' && outcome === 'delivered') return;
    this.mustBe('dispatched');
    this.heardAt = at;
    if (outcome === 'failed') return this.fail('delivery-failed');
    this.state = 'delivered';
    this.deliveredAt = at;
    this.record(new ShipmentDelivered({ shipmentId: this.shipmentId, orderId: this.orderId }));
  }

  /** The recipient did not take it: it is on its way back. A second report changes nothing. */
  reportRefusal(at: Date, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    if (this.state === 'refused') return;
    this.mustBe('dispatched');
    this.state = 'refused';
    this.heardAt = at;
    this.record(new DeliveryRefused({ shipmentId: this.shipmentId, orderId: this.orderId }));
  }

  /** It is gone, on its way there or back. A second report changes nothing. */
  reportLoss(at: Date, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    if (this.state === 'lost') return;
    this.mustBe('dispatched', 'refused');
    this.heardAt = at;
    this.lose('reported');
  }

  /**
   * Gives it up, if nothing was heard of it since then, and says whether it did. One that is not under way
   * any more stays as it is.
   */
  presumeLost(silentSince: Date): boolean {
    const heardAt = this.heardAt ?? this.dispatchedAt;
    if (!heardAt || heardAt > silentSince || (this.state !== 'dispatched' && this.state !== 'refused'))
      return false;
    this.lose('presumed');
    return true;
  }

  /** It came back to its sender, refused or not, or after it was lost. A second report changes nothing. */
  reportReturn(at: Date, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    if (this.state === 'returned') return;
    this.mustBe('dispatched', 'refused', 'lost');
    this.state = 'returned';
    this.heardAt = at;
    this.record(
      new ShipmentReturned({ shipmentId: this.shipmentId, orderId: this.orderId, lines: this.lines }),
    );
  }

  private get hasLeft(): boolean {
    return this.dispatchedAt !== null;
  }

  private lose(reason: ShipmentLoss): void {
    this.state = 'lost';
    this.record(
      new ShipmentLost({ shipmentId: this.shipmentId, orderId: this.orderId, reason, lines: this.lines }),
    );
  }

  private mustBe(...states: ShipmentState[]): void {
    if (!states.includes(this.state)) throw shipmentNotUnderWay(this.shipmentId, this.state);
  }

  private fail(reason: ShipmentFailure): void {
    this.record(new ShipmentFailed({ shipmentId: this.shipmentId, orderId: this.orderId, reason }));
  }

  private mustBeAtTheExpectedVersion(expected: number | undefined): void {
    if (expected !== undefined && expected !== this.version) throw versionMismatch(this.version, expected);
  }

  protected get aggregateId(): string {
    return this.shipmentId;
  }

  protected get aggregateType(): string {
    return 'shipment';
  }
}
