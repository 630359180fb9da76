import { Refusal } from '../../../platform/domain';

/** The refusal of a customer with the client's number of another one. The number itself is not repeated. */
export function referenceTaken(customerId: string): Refusal {
  const code = 'customers.reference-taken';
  const reason = { pointer: '/externalReference', code, message: `Customer ${customerId} has it.` };
  return new Refusal('conflict', code, 'There is a customer with this externalReference already.', [reason], {
    id: customerId,
    href: `/customers/${customerId}`,
  });
}
