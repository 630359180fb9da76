import { Refusal } from '../../../platform/domain';

/** The refusal of everything that names a customer who does not exist. */
export const customerUnknown = (): Refusal =>
  new Refusal('unknown', 'customers.customer-unknown', 'There is no such customer.');
