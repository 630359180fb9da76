import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { type ContextApplication, startContext } from '../../../test/support/context-application';
import { eventually } from '../../../test/support/eventually';
import { Clock } from '../../platform/unit-of-work/clock';
import type { UnitOfWork } from '../../platform/unit-of-work/unit-of-work';
import { Address } from '../customers/contracts/address';
import { CustomerAddressChanged } from '../customers/contracts/customer-address-changed.event';
import { CustomerRegistered } from '../customers/contracts/customer-registered.event';
import { FindCustomerAddress } from '../customers/contracts/find-customer-address.query';
import { CancelShipment } from './contracts/cancel-shipment.command';
import { PrepareShipment } from './contracts/prepare-shipment.command';
import { ShipmentLine } from './contracts/shipment-line';
import { KeepAddressBookWhenAddressChanges } from './reactions/keep-address-book-when-address-changes';
import { ShippingModule } from './shipping.module';
import type { ShipmentView } from './shipment.view';

const MODULE = 'shipping';
const MONDAY = new Date('2026-01-05T09:00:00.000Z');
const lines = [ShipmentLine.of('85123A', 2), ShipmentLine.of('85123A', 1)];

/** Answers for customers, with the addresses in `known`. Records which customers it was asked for. */
@QueryHandler(FindCustomerAddress)
class FindCustomerAddressStandIn implements IQueryHandler<FindCustomerAddress> {
  readonly known = new Map<string, Address>();
  readonly asked: string[] = [];

  async execute({ customerId }: FindCustomerAddress): Promise<Address | null> {
    this.asked.push(customerId);
    return this.known.get(customerId) ?? null;
  }
}

describe('shipping', () => {
  let context: ContextApplication;
  let work: UnitOfWork;
  let app: ContextApplication['app'];
  let customers: FindCustomerAddressStandIn;

  beforeAll(async () => {
    context = await startContext(MODULE, ShippingModule, {
      standIns: { customers: FindCustomerAddressStandIn },
      clock: Object.assign(new Clock(), { now: () => MONDAY }),
    });
    ({ app, work } = context);
    customers = app.get(FindCustomerAddressStandIn, { strict: false });
  });

  afterAll(() => context?.close());

  const http = () => context.http();
  const react = (event: CustomerRegistered | CustomerAddressChanged) =>
    work.run(MODULE, () => app.get(KeepAddressBookWhenAddressChanges).handle(event));
  const register = async (address: Address): Promise<string> => {
    const customerId = uuidv7();
    await react(new CustomerRegistered({ customerId, address }));
    return customerId;
  };
  const prepare = (orderId: string, customerId: string) =>
    context.commands.execute(new PrepareShipment({ orderId, customerId, lines }));
  const cancel = (orderId: string) => context.commands.execute(new CancelShipment({ orderId }));
  const dispatch = (shipmentId: string) => http().post(`/shipments/${shipmentId}/dispatch`);
  const report = (shipmentId: string, outcome: string) =>
    http().post(`/shipments/${shipmentId}/delivery`).send({ outcome });
  const shipmentOf = async (orderId: string): Promise<ShipmentView> => {
    const { body } = await http().get('/shipments').query({ orderId }).expect(200);
    const { items } = body as { items: ShipmentView[] };
    expect(items).toHaveLength(1);
    return items[0];
  };
  /** A shipment that is ready to leave. */
  const prepared = async (): Promise<ShipmentView> => {
    const orderId = uuidv7();
    await prepare(orderId, await register(Address.of({ country: 'France' })));
    return shipmentOf(orderId);
  };

  /** A shipment in each state. */
  async function onePerState(): Promise<void> {
    await prepared();
    const [dispatched, delivered, cancelled] = [await prepared(), await prepared(), await prepared()];
    const astray = { refusal: await prepared(), loss: await prepared(), return: await prepared() };
    for (const { shipmentId } of [dispatched, delivered, ...Object.values(astray)])
      await dispatch(shipmentId).expect(200);
    for (const [what, { shipmentId }] of Object.entries(astray))
      await http().post(`/shipments/${shipmentId}/${what}`).expect(200);
    await report(delivered.shipmentId, 'delivered').expect(200);
    await cancel(cancelled.orderId);
    // Its customer has no address.
    await prepare(uuidv7(), uuidv7());
  }

  /**
   * What was published about a shipment, oldest first: its version, its name without the module's, its data.
   */
  const published = async (shipmentId: string): Promise<[number, string, object][]> => {
    const rows = await context.logOf(shipmentId);
    return rows.map((row) => [Number(row.key_version), row.type.replace('shipping.', ''), row.payload]);
  };
  const messagesOf = async (shipmentId: string): Promise<string[]> =>
    (await published(shipmentId)).map(([, type, payload]) =>
      [type, (payload as { reason?: string }).reason].filter(Boolean).join(' '),
    );

  it('takes a parcel to the door', async () => {
    const orderId = uuidv7();
    const customerId = await register(Address.of({ recipient: 'A. Buyer', city: 'Lyon', country: 'France' }));
    await prepare(orderId, customerId);
    await prepare(orderId, customerId);
    const { shipmentId } = await shipmentOf(orderId);
    expect((await http().get(`/shipments/${shipmentId}`).expect(200).expect('ETag', '"1"')).body).toEqual({
      shipmentId,
      orderId,
      customerId,
      state: 'prepared',
      lines: lines.map((line) => ({ ...line })),
      address: { recipient: 'A. Buyer', city: 'Lyon', country: 'France' },
      createdAt: MONDAY.toISOString(),
      dispatchedAt: null,
      deliveredAt: null,
      heardAt: null,
      version: 1,
    });
    await dispatch(shipmentId)
      .set('If-Match', '"1"')
      .expect(200, { shipmentId, version: 2 })
      .expect('ETag', '"2"');
    await dispatch(shipmentId).expect(200, { shipmentId, version: 2 });
    await report(shipmentId, 'failed').expect(200, { shipmentId, version: 3 });
    await report(shipmentId, 'delivered').expect(200, { shipmentId, version: 4 });
    await report(shipmentId, 'delivered').expect(200, { shipmentId, version: 4 });
    expect(await shipmentOf(orderId)).toMatchObject({
      state: 'delivered',
      dispatchedAt: MONDAY.toISOString(),
      deliveredAt: MONDAY.toISOString(),
    });
    expect(await published(shipmentId)).toEqual([
      [1, 'shipment-prepared', { shipmentId, orderId }],
      [2, 'shipment-dispatched', { shipmentId, orderId, lines: lines.map((line) => ({ ...line })) }],
      [3, 'shipment-failed', { shipmentId, orderId, reason: 'delivery-failed' }],
      [4, 'shipment-delivered', { shipmentId, orderId }],
    ]);
  });

  describe('the address', () => {
    it('is the last one that the customer had when the parcel was packed', async () => {
      const customerId = await register(Address.of({ city: 'Lyon', country: 'France' }));
      const [before, after] = [uuidv7(), uuidv7()];
      await prepare(before, customerId);
      await react(new CustomerAddressChanged({ customerId, address: Address.of({ country: 'Spain' }) }));
      await prepare(after, customerId);
      expect((await shipmentOf(before)).address).toEqual({ city: 'Lyon', country: 'France' });
      expect((await shipmentOf(after)).address).toEqual({ country: 'Spain' });
      expect(customers.asked).not.toContain(customerId);
    });

    it('is asked of customers when the copy has not heard of the customer', async () => {
      const [orderId, customerId] = [uuidv7(), uuidv7()];
      customers.known.set(customerId, Address.of({ country: 'Norway' }));
      await prepare(orderId, customerId);
      expect(await shipmentOf(orderId)).toMatchObject({ state: 'prepared', address: { country: 'Norway' } });
    });

    it('that nobody knows lets the shipment fail', async () => {
      const orderId = uuidv7();
      await prepare(orderId, uuidv7());
      const shipment = await shipmentOf(orderId);
      expect(shipment).toMatchObject({ state: 'failed', address: null });
      expect(await messagesOf(shipment.shipmentId)).toEqual(['shipment-failed no-address']);
      expect((await dispatch(shipment.shipmentId).expect(409)).body).toMatchObject({
        code: 'shipping.shipment-not-dispatchable',
      });
    });
  });

  describe('a cancellation', () => {
    it('keeps a prepared parcel from leaving, once', async () => {
      const { orderId, shipmentId } = await prepared();
      await cancel(orderId);
      await cancel(orderId);
      expect(await messagesOf(shipmentId)).toEqual(['shipment-prepared', 'shipment-failed cancelled']);
      expect((await dispatch(shipmentId).expect(409)).body).toMatchObject({
        code: 'shipping.shipment-not-dispatchable',
      });
    });

    it('that overtakes the preparation keeps it from being packed', async () => {
      const orderId = uuidv7();
      await cancel(orderId);
      await cancel(orderId);
      await prepare(orderId, await register(Address.of({ country: 'France' })));
      const shipment = await shipmentOf(orderId);
      expect(shipment).toMatchObject({ state: 'cancelled', lines: [], customerId: null });
      expect(await messagesOf(shipment.shipmentId)).toEqual(['shipment-failed cancelled']);
    });

    it('comes too late once the parcel has left', async () => {
      const { orderId, shipmentId } = await prepared();
      await dispatch(shipmentId).expect(200);
      await cancel(orderId);
      expect(await messagesOf(shipmentId)).toEqual(['shipment-prepared', 'shipment-dispatched']);
    });

    it('and a dispatch at the same time have one winner', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { orderId, shipmentId } = await prepared();
        const [{ status }] = await Promise.all([dispatch(shipmentId), cancel(orderId)]);
        expect(await messagesOf(shipmentId)).toEqual([
          'shipment-prepared',
          status === 200 ? 'shipment-dispatched' : 'shipment-failed cancelled',
        ]);
      }
    });
  });

  describe('a request', () => {
    it('for an unknown shipment is refused', async () => {
      const answers = await Promise.all([
        dispatch(uuidv7()),
        report(uuidv7(), 'delivered'),
        http().get(`/shipments/${uuidv7()}`),
      ]);
      for (const { status, body } of answers)
        expect([status, (body as { code: string }).code]).toEqual([404, 'shipping.shipment-unknown']);
    });

    it('for a shipment that has changed is refused', async () => {
      const { shipmentId } = await prepared();
      expect((await dispatch(shipmentId).set('If-Match', '"7"').expect(412)).body).toMatchObject({
        code: 'shipping.version-mismatch',
      });
      expect(await messagesOf(shipmentId)).toEqual(['shipment-prepared']);
    });

    it('to report a delivery is refused before dispatch and with an unknown outcome', async () => {
      const { shipmentId } = await prepared();
      expect((await report(shipmentId, 'delivered').expect(409)).body).toMatchObject({
        code: 'shipping.shipment-not-under-way',
      });
      await report(shipmentId, 'lost').expect(422);
    });

    it('with the same idempotency key is done once', async () => {
      const { shipmentId } = await prepared();
      await dispatch(shipmentId).expect(200);
      const attempt = () =>
        report(shipmentId, 'failed')
          .set('Idempotency-Key', `attempt-${shipmentId}`)
          .expect(200, { shipmentId, version: 3 });
      await attempt();
      await attempt();
      expect(await messagesOf(shipmentId)).toEqual([
        'shipment-prepared',
        'shipment-dispatched',
        'shipment-failed delivery-failed',
      ]);
    });
  });

  describe('a parcel that does not arrive', () => {
    const tell = (shipmentId: string, what: string) => http().post(`/shipments/${shipmentId}/${what}`);
    const dispatched = async (): Promise<ShipmentView> => {
      const shipment = await prepared();
      await dispatch(shipment.shipmentId).expect(200);
      return shipment;
    };

    it('is refused by its recipient and comes back', async () => {
      const { shipmentId, orderId } = await dispatched();
      await tell(shipmentId, 'refusal')
        .set('If-Match', '"2"')
        .expect(200, { shipmentId, version: 3 })
        .expect('ETag', '"3"');
      await tell(shipmentId, 'refusal').expect(200, { shipmentId, version: 3 });
      await tell(shipmentId, 'return').expect(200, { shipmentId, version: 4 }).expect('ETag', '"4"');
      await tell(shipmentId, 'return').expect(200, { shipmentId, version: 4 });
      expect(await shipmentOf(orderId)).toMatchObject({
        state: 'returned',
        deliveredAt: null,
        heardAt: MONDAY.toISOString(),
      });
      expect((await published(shipmentId)).slice(2)).toEqual([
        [3, 'delivery-refused', { shipmentId, orderId }],
        [4, 'shipment-returned', { shipmentId, orderId, lines: lines.map((line) => ({ ...line })) }],
      ]);
    });

    it('is lost, once, and tells whoever reports something else what is true', async () => {
      const { shipmentId, orderId } = await dispatched();
      await tell(shipmentId, 'loss').expect(200, { shipmentId, version: 3 });
      await tell(shipmentId, 'loss').expect(200, { shipmentId, version: 3 });
      for (const asked of [report(shipmentId, 'delivered'), tell(shipmentId, 'refusal')])
        expect((await asked.expect(409)).body).toMatchObject({
          code: 'shipping.shipment-not-under-way',
          detail: expect.stringContaining('is lost,'),
        });
      expect((await published(shipmentId)).slice(2)).toEqual([
        [
          3,
          'shipment-lost',
          { shipmentId, orderId, reason: 'reported', lines: lines.map((line) => ({ ...line })) },
        ],
      ]);
    });

    it('and is delivered at the same moment has one end', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { shipmentId } = await dispatched();
        const [delivered, lost] = await Promise.all([
          report(shipmentId, 'delivered'),
          tell(shipmentId, 'loss'),
        ]);
        expect([delivered.status, lost.status].sort()).toEqual([200, 409]);
        const end = delivered.status === 200 ? 'shipment-delivered' : 'shipment-lost reported';
        expect(await messagesOf(shipmentId)).toEqual(['shipment-prepared', 'shipment-dispatched', end]);
      }
    });

    it.each(['loss', 'refusal', 'return'])(
      'a %s is refused of one that has not left, or that is not there, or that has changed',
      async (what) => {
        const { shipmentId } = await prepared();
        expect((await tell(shipmentId, what).expect(409)).body).toMatchObject({
          code: 'shipping.shipment-not-under-way',
        });
        expect((await tell(uuidv7(), what).expect(404)).body).toMatchObject({
          code: 'shipping.shipment-unknown',
        });
        await dispatch(shipmentId).expect(200);
        expect((await tell(shipmentId, what).set('If-Match', '"7"').expect(412)).body).toMatchObject({
          code: 'shipping.version-mismatch',
        });
        const key = `${what}-${shipmentId}`;
        await tell(shipmentId, what).set('Idempotency-Key', key).expect(200, { shipmentId, version: 3 });
        await tell(shipmentId, what)
          .set('Idempotency-Key', key)
          .expect(200, { shipmentId, version: 3 })
          .expect('Idempotency-Replayed', 'true');
        expect(await messagesOf(shipmentId)).toHaveLength(3);
      },
    );

    it('and of which nothing is heard is given up after 30 days; a report puts that off', async () => {
      const days = (number: number) => ({
        now: () => new Date(MONDAY.getTime() + number * 24 * 60 * 60_000),
      });
      const clock = app.get(Clock);
      const [silent, tried] = [await dispatched(), await dispatched()];
      // As a process of an earlier version leaves it.
      await context.database.databases
        .of(MODULE)
        .query('update shipments set heard_at = null where shipment_id = $1', [silent.shipmentId]);
      try {
        Object.assign(clock, days(29));
        await report(tried.shipmentId, 'failed').expect(200);
        Object.assign(clock, days(30));
        await eventually(async () => expect((await shipmentOf(silent.orderId)).state).toBe('lost'));
        expect((await messagesOf(silent.shipmentId)).at(-1)).toBe('shipment-lost presumed');
        expect((await shipmentOf(tried.orderId)).state).toBe('dispatched');
        Object.assign(clock, days(59));
        await eventually(async () => expect((await shipmentOf(tried.orderId)).state).toBe('lost'));
      } finally {
        Object.assign(clock, days(0));
      }
    });

    it('is not given up where a report comes in at that moment, on its way back or there; the report counts', async () => {
      const clock = app.get(Clock);
      const [first, second] = [await dispatched(), await dispatched()];
      const later = (ms: number) => ({ now: () => new Date(MONDAY.getTime() + ms) });
      Object.assign(clock, later(60_000));
      await tell(second.shipmentId, 'refusal').expect(200);
      const database = context.database.databases.of(MODULE);
      const reporting = database.createQueryRunner();
      await reporting.startTransaction();
      try {
        await reporting.query(
          `update shipments set state = 'delivered', delivered_at = dispatched_at where shipment_id = $1`,
          [first.shipmentId],
        );
        Object.assign(clock, later(30 * 24 * 60 * 60_000 + 60_000));
        await eventually(async () =>
          expect(
            await database.query(
              `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
            ),
          ).toHaveLength(1),
        );
        await reporting.commitTransaction();
        // The longest silence comes first, so that the first one has been looked at by then.
        await eventually(async () => expect((await shipmentOf(second.orderId)).state).toBe('lost'));
        expect((await shipmentOf(first.orderId)).state).toBe('delivered');
        expect(await messagesOf(first.shipmentId)).toEqual(['shipment-prepared', 'shipment-dispatched']);
        expect(await messagesOf(second.shipmentId)).toEqual([
          'shipment-prepared',
          'shipment-dispatched',
          'delivery-refused',
          'shipment-lost presumed',
        ]);
      } finally {
        Object.assign(clock, later(0));
        await reporting.release();
      }
    });
  });

  it('lists and counts shipments', async () => {
    await onePerState();
    const seen: ShipmentView[] = [];
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const { body } = await http().get('/shipments').query({ limit: 4, cursor }).expect(200);
      const page = body as { items: ShipmentView[]; nextCursor?: string };
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    const ids = seen.map(({ shipmentId }) => shipmentId);
    expect(ids).toEqual([...new Set(ids)].sort());
    const count = (state: string): number => seen.filter((shipment) => shipment.state === state).length;
    const totals = {
      prepared: count('prepared'),
      dispatched: count('dispatched'),
      delivered: count('delivered'),
      refused: count('refused'),
      lost: count('lost'),
      returned: count('returned'),
      cancelled: count('cancelled'),
      failed: count('failed'),
    };
    expect(Object.values(totals).every((number) => number > 0)).toBe(true);
    expect((await http().get('/shipments/totals').expect(200)).body).toEqual(totals);
    const { body } = await http().get('/shipments').query({ state: 'cancelled', limit: 200 }).expect(200);
    expect((body as { items: ShipmentView[] }).items).toEqual(
      seen.filter(({ state }) => state === 'cancelled'),
    );
    await http().get('/shipments').query({ state: 'gone' }).expect(400);
    await http()
      .get('/shipments')
      .query({ cursor: Buffer.from('["A"]').toString('base64url') })
      .expect(422);
    const first = (await http().get('/shipments').query({ limit: 1 }).expect(200)).body as {
      nextCursor: string;
    };
    const elsewhere = await http()
      .get('/shipments')
      .query({ limit: 1, state: 'cancelled', cursor: first.nextCursor })
      .expect(400);
    expect(elsewhere.body).toMatchObject({ code: 'request.cursor-of-another-list' });
  });
});
