import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { type ContextApplication, startContext } from '../../../test/support/context-application';
import { Address } from './contracts/address';
import { ChangeAddress } from './contracts/change-address.command';
import { FindCustomer } from './contracts/find-customer.query';
import { FindCustomerAddress } from './contracts/find-customer-address.query';
import { RegisterCustomer } from './contracts/register-customer.command';
import { CustomersModule } from './customers.module';

const york = Address.of({ line1: '1 High Street', city: 'York', country: 'United Kingdom' });
const paris = Address.of({ city: 'Paris', country: 'France' });

describe('customers', () => {
  let context: ContextApplication;
  let commands: CommandBus;
  let queries: QueryBus;

  beforeAll(async () => {
    context = await startContext('customers', CustomersModule);
    ({ commands, queries } = context);
  });

  afterAll(() => context?.close());

  const register = async (): Promise<string> => {
    const { customerId } = await commands.execute(
      new RegisterCustomer({ name: 'Ada', email: 'ada@example.org', address: york }),
    );
    return customerId;
  };

  describe('commands', () => {
    it('publish one message per change, which tells the address and neither name nor e-mail', async () => {
      const customerId = await register();
      expect(await commands.execute(new ChangeAddress({ customerId, address: paris }))).toEqual({
        version: 2,
      });
      expect(await context.logOf(customerId)).toEqual([
        {
          type: 'customers.customer-registered',
          key_version: '1',
          payload: { customerId, address: { ...york } },
        },
        {
          type: 'customers.customer-address-changed',
          key_version: '2',
          payload: { customerId, address: { ...paris } },
        },
      ]);
    });

    it('that change nothing publish nothing', async () => {
      const customerId = await register();
      expect(await commands.execute(new ChangeAddress({ customerId, address: york }))).toEqual({
        version: 1,
      });
      expect(await context.logOf(customerId)).toHaveLength(1);
    });

    it('that are refused leave no trace', async () => {
      const customerId = await register();
      const change = (changes: { customerId?: string; expectedVersion?: number }) =>
        commands.execute(new ChangeAddress({ customerId, address: paris, ...changes }));
      await expect(change({ expectedVersion: 2 })).rejects.toMatchObject({
        kind: 'precondition-failed',
        code: 'customers.version-mismatch',
      });
      await expect(change({ customerId: uuidv7() })).rejects.toMatchObject({
        kind: 'unknown',
        code: 'customers.customer-unknown',
      });
      expect(await queries.execute(new FindCustomerAddress({ customerId }))).toEqual(york);
      expect(await context.logOf(customerId)).toHaveLength(1);
    });

    it('that move a customer at the same time are done one after the other', async () => {
      const customerId = await register();
      const cities = ['Leeds', 'Hull', 'Ripon', 'Selby'];
      await Promise.all(
        cities.map((city) =>
          commands.execute(
            new ChangeAddress({ customerId, address: Address.of({ city, country: 'United Kingdom' }) }),
          ),
        ),
      );
      expect((await context.logOf(customerId)).map(({ key_version: version }) => version)).toEqual([
        '1',
        '2',
        '3',
        '4',
        '5',
      ]);
    });
  });

  it('tells others that a customer exists, and where', async () => {
    const customerId = await register();
    expect(await queries.execute(new FindCustomer({ customerId }))).toEqual({
      customerId,
      country: 'United Kingdom',
      version: 1,
    });
    expect(await queries.execute(new FindCustomerAddress({ customerId }))).toEqual(york);
  });

  it('tells others that a customer does not exist', async () => {
    expect(await queries.execute(new FindCustomer({ customerId: uuidv7() }))).toBeNull();
    expect(await queries.execute(new FindCustomerAddress({ customerId: uuidv7() }))).toBeNull();
  });

  describe('over HTTP', () => {
    it('registers a customer with trimmed details, and tells where it is', async () => {
      const { headers, body } = await context
        .http()
        .post('/customers')
        .send({
          name: ' Ada ',
          email: ' ada@example.org ',
          address: { line1: ' 1 High Street ', line2: '  ', city: null, country: ' France ' },
        })
        .expect(201);
      const { customerId } = body as { customerId: string };
      expect(headers.location).toBe(`/customers/${customerId}`);
      const shown = await context.http().get(headers.location).expect(200).expect('ETag', '"1"');
      expect(shown.body).toEqual({
        customerId,
        name: 'Ada',
        email: 'ada@example.org',
        address: { line1: '1 High Street', country: 'France' },
        externalReference: null,
        metadata: {},
        version: 1,
      });
    });

    describe('with what a client attaches', () => {
      const send = (more: object, key?: string) => {
        const asking = context
          .http()
          .post('/customers')
          .set(key === undefined ? {} : { 'Idempotency-Key': key });
        return asking.send({ name: 'Grace', address: { country: 'France' }, ...more });
      };
      const count = async (table: string): Promise<number> => {
        const [{ rows }] = await context.database.databases
          .of('customers')
          .query<{ rows: number }[]>(`select count(*)::int as rows from ${table}`);
        return rows;
      };

      it('gives it back wherever the customer is shown, and tells no other module', async () => {
        const labels = { externalReference: 'CRM-1', metadata: { tier: 'gold', 'crm.id': '7' } };
        const { body } = await send({ ...labels, externalReference: ' CRM-1 ' }).expect(201);
        const { customerId } = body as { customerId: string };
        expect(body).toEqual({ customerId, ...labels });
        expect((await context.http().get(`/customers/${customerId}`)).body).toMatchObject(labels);
        const found = await context
          .http()
          .get('/customers')
          .query({ externalReference: 'CRM-1 ' })
          .expect(200);
        expect(found.body).toEqual({ items: [expect.objectContaining({ customerId, ...labels })] });
        expect((await context.http().get('/customers').query({ externalReference: 'crm-1' })).body).toEqual({
          items: [],
        });
        expect(await context.logOf(customerId)).toEqual([
          {
            type: 'customers.customer-registered',
            key_version: '1',
            payload: { customerId, address: { country: 'France' } },
          },
        ]);
        await context.http().put(`/customers/${customerId}/address`).send({ country: 'Spain' }).expect(200);
        expect((await context.http().get(`/customers/${customerId}`)).body).toMatchObject({
          ...labels,
          version: 2,
        });
      });

      it('refuses a second customer with the same reference, names the first, and leaves the key free', async () => {
        const { customerId } = (await send({ externalReference: 'CRM-2' }).expect(201)).body as {
          customerId: string;
        };
        const before = [await count('customers'), await count('outbox')];
        const { body, text } = await send({ externalReference: 'CRM-2', name: 'Other' }, 'second').expect(
          409,
        );
        expect(body).toMatchObject({
          code: 'customers.reference-taken',
          errors: [{ pointer: '/externalReference', code: 'customers.reference-taken' }],
          existing: { id: customerId, href: `/customers/${customerId}` },
        });
        expect(text).not.toContain('CRM-2');
        expect([await count('customers'), await count('outbox')]).toEqual(before);
        await send({ externalReference: 'CRM-3', name: 'Other' }, 'second').expect(201);
      });

      it('registers one of many who come with one reference at the same moment', async () => {
        const before = await count('customers');
        const answers = await Promise.all(
          Array.from({ length: 6 }, () => send({ externalReference: 'CRM-4' })),
        );
        const [winner, ...others] = answers.sort((a, b) => a.status - b.status);
        const { customerId } = winner.body as { customerId: string };
        expect(winner.status).toBe(201);
        for (const { status, body } of others)
          expect({ status, body }).toMatchObject({ status: 409, body: { existing: { id: customerId } } });
        expect(await count('customers')).toBe(before + 1);
        expect(await context.logOf(customerId)).toHaveLength(1);
      });

      it('is a part of what an Idempotency-Key stands for', async () => {
        const first = await send({ externalReference: 'CRM-5', metadata: { a: '1' } }, 'labelled').expect(
          201,
        );
        const second = await send({ externalReference: ' CRM-5', metadata: { a: '1' } }, 'labelled').expect(
          201,
        );
        expect(second.body).toEqual(first.body);
        await send({ externalReference: 'CRM-5', metadata: { a: '2' } }, 'labelled').expect(422);
      });

      it('takes customers of an older version, which knows of neither', async () => {
        const customerId = uuidv7();
        await context.database.databases
          .of('customers')
          .query(
            `insert into customers (customer_id, name, email, address, version) values ($1, 'Old', null, '{"country": "France"}', 1)`,
            [customerId],
          );
        expect((await context.http().get(`/customers/${customerId}`)).body).toMatchObject({
          externalReference: null,
          metadata: {},
        });
      });
    });

    it('registers a customer once per Idempotency-Key', async () => {
      const send = (name: string) =>
        context
          .http()
          .post('/customers')
          .set('Idempotency-Key', 'customers-1')
          .send({ name, address: { country: 'France' } });
      const first = await send('Ada').expect(201);
      const second = await send('Ada').expect(201);
      expect(second.body).toEqual(first.body);
      expect(second.headers.location).toBe(first.headers.location);
      await send('Grace').expect(422);
    });

    it.each([
      ['an unknown field', { name: 'Ada', address: { country: 'France' }, nickname: 'A' }, 400],
      [
        'an unknown part of the address',
        { name: 'Ada', address: { country: 'France', planet: 'Earth' } },
        400,
      ],
      ['no address', { name: 'Ada' }, 400],
      ['a list of addresses', { name: 'Ada', address: [{ country: 'France' }] }, 400],
      ['a text as address', { name: 'Ada', address: 'Paris' }, 400],
      ['an address without country', { name: 'Ada', address: { city: 'Paris' } }, 400],
      ['half a character', { name: 'Ada', address: { city: 'Par\ud800is', country: 'France' } }, 400],
      ['a blank name', { name: '  ', address: { country: 'France' } }, 422],
      ['a name of nothing to be seen', { name: '\u00ad\u2800', address: { country: 'France' } }, 422],
      ['a name with a control character', { name: 'Ada\u009b', address: { country: 'France' } }, 422],
      ['a country of nothing to be seen', { name: 'Ada', address: { country: '\u200d' } }, 422],
      [
        'a street with a control character',
        { name: 'Ada', address: { country: 'France', line1: 'Rue\u001b[2J' } },
        422,
      ],
      ['a long country', { name: 'Ada', address: { country: 'x'.repeat(61) } }, 422],
    ])('refuses %s', async (_, body, status) => {
      await context
        .http()
        .post('/customers')
        .send(body)
        .expect(status)
        .expect('Content-Type', /application\/problem\+json/);
    });

    it('does not repeat personal data in a refusal', async () => {
      const { text } = await context
        .http()
        .post('/customers')
        .send({
          name: 'Lovelace'.repeat(50),
          email: 'ada at example.org',
          address: { city: 'Marylebone'.repeat(20), country: 'United Kingdom' },
        })
        .expect(422);
      expect(text).not.toMatch(/Lovelace|ada at|Marylebone/);
    });

    it('moves a customer who is as the client saw them', async () => {
      const address = `/customers/${await register()}/address`;
      await context
        .http()
        .put(address)
        .set('If-Match', '"1"')
        .send({ country: 'France' })
        .expect(200)
        .expect('ETag', '"2"');
      const { body } = await context
        .http()
        .put(address)
        .set('If-Match', '"1"')
        .send({ country: 'Spain' })
        .expect(412);
      expect(body).toMatchObject({ code: 'customers.version-mismatch' });
      await context
        .http()
        .put(address)
        .send([{ country: 'Spain' }])
        .expect(400);
    });

    it('replaces the whole address', async () => {
      const customerId = await register();
      await context.http().put(`/customers/${customerId}/address`).send({ country: 'France' }).expect(200);
      const { body } = await context.http().get(`/customers/${customerId}`).expect(200);
      expect(body).toMatchObject({ address: { country: 'France' } });
      expect((body as { address: object }).address).not.toHaveProperty('line1');
    });

    it('knows nobody who was not registered', async () => {
      await context.http().get(`/customers/${uuidv7()}`).expect(404);
      await context.http().put(`/customers/${uuidv7()}/address`).send({ country: 'France' }).expect(404);
      await context.http().get('/customers/ada').expect(400);
    });

    it('lists every customer once, page by page, in the order of registration', async () => {
      for (let added = 0; added < 3; added += 1) await register();
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await context
          .http()
          .get('/customers')
          .query({ limit: 3, ...(cursor && { cursor }) })
          .expect(200);
        const page = body as { items: { customerId: string }[]; nextCursor?: string };
        seen.push(...page.items.map(({ customerId }) => customerId));
        cursor = page.nextCursor;
      } while (cursor);
      const [{ count }] = await context.database.databases
        .of('customers')
        .query<{ count: number }[]>('select count(*)::int as count from customers');
      expect(seen).toHaveLength(count);
      expect(seen).toEqual([...new Set(seen)].sort());
    });

    it.each([
      ['nonsense', 400],
      [Buffer.from('["ada"]').toString('base64url'), 422],
      [Buffer.from('[7]').toString('base64url'), 422],
      [Buffer.from('[]').toString('base64url'), 422],
    ])('refuses to list after the cursor %s', async (cursor, status) => {
      await context.http().get('/customers').query({ cursor }).expect(status);
    });
  });
});
