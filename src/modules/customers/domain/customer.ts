import { Aggregate, Labels, Refusal } from '../../../platform/domain';
import { Address } from '../contracts/address';
import { CustomerAddressChanged } from '../contracts/customer-address-changed.event';
import { CustomerRegistered } from '../contracts/customer-registered.event';

/** A person or company that can order, and where they live. */
export class Customer extends Aggregate implements Labels {
  customerId!: string;
  name!: string;
  email: string | null = null;
  address!: Address;
  externalReference: string | null = null;
  metadata: Labels['metadata'] = {};

  static register(details: {
    customerId: string;
    name: string;
    email?: string;
    address: Address;
    labels?: Labels;
  }): Customer {
    const customer = new Customer();
    customer.customerId = details.customerId;
    customer.name = details.name;
    customer.email = details.email ?? null;
    customer.address = Address.of(details.address);
    ({ externalReference: customer.externalReference, metadata: customer.metadata } =
      details.labels ?? Labels.none);
    customer.record(new CustomerRegistered({ customerId: customer.customerId, address: customer.address }));
    return customer;
  }

  /** Replaces the whole address; the address the customer already has changes nothing. */
  changeAddress(address: Address, expectedVersion?: number): void {
    this.mustBeAtTheExpectedVersion(expectedVersion);
    if (Address.same(this.address, address)) return;
    this.address = Address.of(address);
    this.record(new CustomerAddressChanged({ customerId: this.customerId, address: this.address }));
  }

  private mustBeAtTheExpectedVersion(expected: number | undefined): void {
    if (expected === undefined || expected === this.version) return;
    throw new Refusal(
      'precondition-failed',
      'customers.version-mismatch',
      `The customer is at version ${this.version}, not ${expected}.`,
    );
  }

  protected get aggregateId(): string {
    return this.customerId;
  }

  protected get aggregateType(): string {
    return 'customer';
  }
}
