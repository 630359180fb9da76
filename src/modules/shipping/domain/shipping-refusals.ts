import { Refusal } from '../../../platform/domain';

export const shipmentUnknown = (shipmentId: string): Refusal =>
  new Refusal('unknown', 'shipping.shipment-unknown', `There is no shipment ${shipmentId}.`);

export const shipmentNotDispatchable = (shipmentId: string, state: string): Refusal =>
  new Refusal(
    'conflict',
    'shipping.shipment-not-dispatchable',
    `The shipment ${shipmentId} is ${state} and will never leave.`,
  );

export const shipmentNotUnderWay = (shipmentId: string, state: string): Refusal =>
  new Refusal(
    'conflict',
    'shipping.shipment-not-under-way',
    `The shipment ${shipmentId} is ${state}, which this report does not fit: nothing was changed.`,
  );

export const versionMismatch = (actual: number, expected: number): Refusal =>
  new Refusal(
    'precondition-failed',
    'shipping.version-mismatch',
    `The shipment is at version ${actual}, not ${expected}.`,
  );
