/**
 * Loaded into a process of the built application before the application itself (`node --require`): it then is
 * one of the release before, which knows version 1 of `orders.order-placed` and writes it.
 */
type ContractFile = typeof import('../../src/platform/messages/contract');
type UpcasterFile = typeof import('../../src/platform/messages/upcaster');
type AggregateFile = typeof import('../../src/platform/domain/aggregate');
type EventFile = typeof import('../../src/modules/orders/contracts/order-placed.event');
type Validation = typeof import('class-validator');

// Node runs this file as it stands, and what it changes is found where it was built.
/* eslint-disable @typescript-eslint/no-require-imports */
require('reflect-metadata');
const { contractOf } = require('../../dist/src/platform/messages/contract.js') as ContractFile;
const upcasters = require('../../dist/src/platform/messages/upcaster.js') as UpcasterFile;
const { Aggregate } = require('../../dist/src/platform/domain/aggregate.js') as AggregateFile;
const { OrderPlaced } = require('../../dist/src/modules/orders/contracts/order-placed.event.js') as EventFile;
const { getMetadataStorage } = require('class-validator') as Validation;
/* eslint-enable @typescript-eslint/no-require-imports */

const contract = contractOf(OrderPlaced);
contract.version = 1;
delete contract.readableSince;

const rules = (
  getMetadataStorage() as unknown as { validationMetadatas: Map<unknown, { propertyName: string }[]> }
).validationMetadatas;
const ofEvent = rules.get(OrderPlaced);
if (!ofEvent?.some(({ propertyName }) => propertyName === 'salesChannel'))
  throw new Error('order-placed has no rules for its sales channel: the version before cannot be played.');
rules.set(
  OrderPlaced,
  ofEvent.filter(({ propertyName }) => propertyName !== 'salesChannel'),
);

const stepsOf = upcasters.stepsOf;
Object.defineProperty(upcasters, 'stepsOf', {
  value: (type: unknown) => stepsOf(type).filter((step) => step.contract !== contract.name),
});

type Recording = { record(message: object): void };
const prototype = Aggregate.prototype as unknown as Recording;
const record = prototype.record;
prototype.record = function (this: Recording, message) {
  if (message instanceof OrderPlaced) delete (message as { salesChannel?: string }).salesChannel;
  record.call(this, message);
};
