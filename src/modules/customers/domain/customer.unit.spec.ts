import { Refusal } from '../../../platform/domain/refusal';
import { Address } from '../contracts/address';
import { CustomerAddressChanged } from '../contracts/customer-address-changed.event';
import { CustomerRegistered } from '../contracts/customer-registered.event';
import { Customer } from './customer';

const customerId = '019a0000-0000-7000-8000-000000000001';
const york = Address.of({ line1: '1 High Street', city: 'York', country: 'United Kingdom' });
const leeds = Address.of({ line1: '2 Low Road', city: 'Leeds', country: 'United Kingdom' });

/** A customer whose history is in the log already. */
const given = (...changes: ((customer: Customer) => void)[]): Customer => {
  const customer = Customer.register({ customerId, name: 'Ada', address: york });
  for (const change of changes) change(customer);
  customer.takeRecorded();
  return customer;
};
const messagesOf = (customer: Customer): object[] =>
  customer.takeRecorded().map((recorded) => recorded.message);
const refusalOf = (work: () => unknown): Refusal => {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

describe('a customer', () => {
  it('is registered at version 1, and the message carries the address only', () => {
    const customer = Customer.register({ customerId, name: 'Ada', email: 'ada@example.org', address: york });
    expect(customer.version).toBe(1);
    expect(customer.takeRecorded()).toEqual([
      {
        message: new CustomerRegistered({ customerId, address: york }),
        aggregateType: 'customer',
        aggregateId: customerId,
        keyVersion: 1,
      },
    ]);
  });

  it('may have no e-mail address', () => {
    expect(given().email).toBeNull();
  });

  it('moves', () => {
    const customer = given();
    customer.changeAddress(leeds);
    expect(customer.address).toEqual(leeds);
    expect(customer.version).toBe(2);
    expect(messagesOf(customer)).toEqual([new CustomerAddressChanged({ customerId, address: leeds })]);
  });

  it('replaces the whole address, so that nothing of the old one stays', () => {
    const customer = given();
    customer.changeAddress(Address.of({ country: 'France' }));
    expect(customer.address).toEqual(Address.of({ country: 'France' }));
  });

  it('says nothing when the address stays the same', () => {
    const customer = given();
    customer.changeAddress(Address.of({ country: 'United Kingdom', city: 'York', line1: '1 High Street' }));
    expect(customer.version).toBe(1);
    expect(messagesOf(customer)).toEqual([]);
  });

  it('moves if it is at the expected version', () => {
    const customer = given();
    customer.changeAddress(leeds, 1);
    expect(customer.version).toBe(2);
  });

  it('does not move if it has changed meanwhile', () => {
    const customer = given((moved) => moved.changeAddress(leeds));
    const refusal = refusalOf(() => customer.changeAddress(york, 1));
    expect(refusal).toMatchObject({ kind: 'precondition-failed', code: 'customers.version-mismatch' });
    expect(refusal.message).not.toContain('York');
    expect(messagesOf(customer)).toEqual([]);
  });
});
