import { getMetadataStorage } from 'class-validator';
import { AppModule } from '../../src/app.module';
import { catalogueOf } from '../../src/platform/catalogue/catalogue-of';
import { DeclaredCode } from '../../src/platform/catalogue/declared-code';
import { boundedContextsOf } from '../../src/platform/hosting/bounded-contexts';
import { contractOf } from '../../src/platform/messages/contract';
import { topologyOf } from '../../src/platform/topology/topology';

const declaredContracts = () =>
  boundedContextsOf(AppModule).flatMap((context) => new DeclaredCode(AppModule, context).contracts);

describe('the catalogue of this application', () => {
  const catalogue = catalogueOf(AppModule);
  const message = (name: string) => catalogue.messages.find((one) => one.name === name)!;

  it('says of every address and of who a customer is that it is personal data', () => {
    const personal = catalogue.messages.flatMap(({ name, personalData }) =>
      personalData.map((field) => `${name}: ${field}`),
    );
    expect(personal).toEqual([
      'customers.change-address: address',
      'customers.customer-address-changed: address',
      'customers.customer-registered: address',
      'customers.find-customer-address: answer',
      'customers.register-customer: name',
      'customers.register-customer: email',
      'customers.register-customer: address',
    ]);
  });

  it('marks personal data wherever a message has an address, and no field that is not there', () => {
    const contracts = declaredContracts();
    const fieldsOf = (type: object): string[] =>
      getMetadataStorage()
        .getTargetValidationMetadatas(type as () => void, '', false, false)
        .map(({ propertyName }) => propertyName);
    const unmarked = contracts.filter(
      ({ type, personalData = [] }) =>
        fieldsOf(type).includes('address') && !personalData.includes('address'),
    );
    expect(unmarked.map(({ name }) => name)).toEqual([]);
    const missing = contracts.flatMap(({ name, type, personalData = [] }) =>
      personalData
        .filter((field) => field !== 'answer' && !fieldsOf(type).includes(field))
        .map((field) => `${name}: ${field}`),
    );
    expect(missing).toEqual([]);
  });

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue);
  });

  it('has a summary and an owner of each module, and a summary of each message', () => {
    const incomplete = [
      ...catalogue.modules.filter(({ owner, summary }) => owner === null || summary === null),
      ...catalogue.messages.filter(({ summary }) => summary === null),
    ];
    expect(incomplete.map(({ name }) => name)).toEqual([]);
    expect(catalogue.messages.length).toBeGreaterThan(50);
  });

  it('knows code that publishes each event, and a handler of each command and query', () => {
    const without = catalogue.messages.filter(({ kind, from, answeredBy }) =>
      kind === 'event' ? from.length === 0 : answeredBy === null,
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('leads from a saga to all that it sends', () => {
    const [saga] = topologyOf(AppModule).sagas;
    const { leadsTo } = catalogue.subscriptions.find(({ name }) => name === saga.definition.name)!;
    const sent = saga.definition.steps.flatMap(({ send }) => (send ? [contractOf(send.command).name] : []));
    expect(leadsTo).toEqual(expect.arrayContaining(sent));
  });

  // What leads to what, where one module's code is the whole truth of it.
  it.each([
    ['orders.place-order', ['orders.order-placed']],
    ['inventory.reserve-stock', ['inventory.stock-refused', 'inventory.stock-reserved']],
    ['shipping.cancel-shipment', ['shipping.shipment-failed']],
    ['customers.change-address', ['customers.customer-address-changed']],
  ])('follows the code of %s', (command, events) => {
    expect(message(command).leadsTo).toEqual(events);
  });

  it('says where a message comes from and who takes it', () => {
    expect(message('orders.place-order').from).toEqual([
      { kind: 'route', name: 'POST /orders', module: 'orders' },
    ]);
    expect(message('inventory.reserve-stock')).toMatchObject({
      from: [{ kind: 'saga', name: 'orders.fulfilment', module: 'orders' }],
      handledBy: [
        { subscription: 'inventory.commands', handledBy: 'ReserveStockHandler', module: 'inventory' },
      ],
    });
    expect(message('catalog.find-items').from.map(({ name }) => name)).toEqual(['orders', 'inventory']);
  });
});
