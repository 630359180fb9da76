import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type ContextApplication, startContext } from '../../../test/support/context-application';
import { CatalogModule } from './catalog.module';
import { AddItem } from './contracts/add-item.command';
import { ChangeItem } from './contracts/change-item.command';
import { FindItems } from './contracts/find-items.query';
import { WithdrawItem } from './contracts/withdraw-item.command';

describe('catalog', () => {
  let context: ContextApplication;
  let commands: CommandBus;
  let queries: QueryBus;

  beforeAll(async () => {
    context = await startContext('catalog', CatalogModule);
    ({ commands, queries } = context);
  });

  afterAll(() => context?.close());

  describe('commands', () => {
    it('publish one message per change, numbered without gaps', async () => {
      await commands.execute(new AddItem({ itemId: 'LIFE', name: 'A mug', stockTracked: true }));
      await commands.execute(new ChangeItem({ itemId: 'LIFE', name: 'Another mug' }));
      await commands.execute(new WithdrawItem({ itemId: 'LIFE' }));
      expect(await context.logOf('LIFE')).toEqual([
        {
          type: 'catalog.item-added',
          key_version: '1',
          payload: { itemId: 'LIFE', name: 'A mug', stockTracked: true },
        },
        {
          type: 'catalog.item-changed',
          key_version: '2',
          payload: { itemId: 'LIFE', name: 'Another mug', stockTracked: true },
        },
        { type: 'catalog.item-withdrawn', key_version: '3', payload: { itemId: 'LIFE' } },
      ]);
    });

    it('that change nothing publish nothing', async () => {
      await commands.execute(new AddItem({ itemId: 'SAME', name: 'A mug', stockTracked: true }));
      expect(await commands.execute(new ChangeItem({ itemId: 'SAME', name: 'A mug' }))).toEqual({
        version: 1,
      });
      expect(await context.logOf('SAME')).toHaveLength(1);
    });

    it('that are refused leave no trace', async () => {
      await commands.execute(new AddItem({ itemId: 'KEPT', name: 'A mug', stockTracked: true }));
      await expect(
        commands.execute(new ChangeItem({ itemId: 'KEPT', name: 'Another mug', expectedVersion: 2 })),
      ).rejects.toMatchObject({
        kind: 'precondition-failed',
      });
      await expect(commands.execute(new WithdrawItem({ itemId: 'NEVER ADDED' }))).rejects.toMatchObject({
        kind: 'unknown',
        code: 'catalog.item-unknown',
      });
      expect(await queries.execute(new FindItems({ itemIds: ['KEPT'] }))).toMatchObject([
        { name: 'A mug', withdrawn: false },
      ]);
      expect(await context.logOf('KEPT')).toHaveLength(1);
    });

    it('that add one item at the same time let one win and refuse the others', async () => {
      const names = ['first', 'second', 'third', 'fourth'];
      const outcomes = await Promise.allSettled(
        names.map((name) => commands.execute(new AddItem({ itemId: 'RACE', name, stockTracked: true }))),
      );
      const refused = outcomes
        .filter((outcome) => outcome.status === 'rejected')
        .map(({ reason }) => reason as unknown);
      expect(refused).toHaveLength(3);
      for (const reason of refused)
        expect(reason).toMatchObject({ kind: 'conflict', code: 'catalog.item-exists' });
      expect(await context.logOf('RACE')).toHaveLength(1);
    });

    it('cannot add a withdrawn item again', async () => {
      await commands.execute(new AddItem({ itemId: 'GONE', name: 'A mug', stockTracked: true }));
      await commands.execute(new WithdrawItem({ itemId: 'GONE' }));
      await expect(
        commands.execute(new AddItem({ itemId: 'GONE', name: 'A mug', stockTracked: true })),
      ).rejects.toMatchObject({
        code: 'catalog.item-exists',
      });
    });
  });

  it('answers what is known of the items that are asked for', async () => {
    await commands.execute(new AddItem({ itemId: 'POST', name: 'Postage', stockTracked: false }));
    expect(await queries.execute(new FindItems({ itemIds: ['POST', 'NEVER ADDED', 'POST'] }))).toEqual([
      { itemId: 'POST', name: 'Postage', stockTracked: false, withdrawn: false },
    ]);
    expect(await queries.execute(new FindItems({ itemIds: [] }))).toEqual([]);
  });

  describe('over HTTP', () => {
    const added = (itemId: string) =>
      context.http().post('/items').send({ itemId, name: 'A mug', stockTracked: true }).expect(201);

    it('adds an item whose code needs encoding, and tells where it is', async () => {
      const { headers, body } = await context
        .http()
        .post('/items')
        .send({ itemId: 'A&B/C +1', name: '  A mug ', stockTracked: true })
        .expect(201);
      expect(body).toEqual({ itemId: 'A&B/C +1', version: 1 });
      expect(headers.location).toBe('/items/A%26B%2FC%20%2B1');
      const shown = await context.http().get(headers.location).expect(200).expect('ETag', '"1"');
      expect(shown.body).toEqual({
        itemId: 'A&B/C +1',
        name: 'A mug',
        stockTracked: true,
        withdrawn: false,
        version: 1,
      });
    });

    it('adds an item once per Idempotency-Key', async () => {
      const send = () =>
        context
          .http()
          .post('/items')
          .set('Idempotency-Key', 'catalog-1')
          .send({ itemId: 'ONCE', name: 'A mug', stockTracked: true });
      const first = await send().expect(201);
      const second = await send().expect(201);
      expect(second.body).toEqual(first.body);
      expect(second.headers.location).toBe(first.headers.location);
      expect(await context.logOf('ONCE')).toHaveLength(1);
    });

    it('keeps no key of a refused request', async () => {
      await added('TAKEN');
      await context
        .http()
        .post('/items')
        .set('Idempotency-Key', 'catalog-2')
        .send({ itemId: 'TAKEN', name: 'A mug', stockTracked: true })
        .expect(409);
      await context
        .http()
        .post('/items')
        .set('Idempotency-Key', 'catalog-2')
        .send({ itemId: 'FREE', name: 'A mug', stockTracked: true })
        .expect(201);
    });

    it('refuses a code that is taken', async () => {
      await added('TWICE');
      const { body } = await context
        .http()
        .post('/items')
        .send({ itemId: 'TWICE', name: 'A mug', stockTracked: true })
        .expect(409);
      expect(body).toMatchObject({ code: 'catalog.item-exists' });
    });

    it.each([
      ['an unknown field', { itemId: 'BAD', name: 'A mug', stockTracked: true, colour: 'red' }, 400],
      ['a text where a flag belongs', { itemId: 'BAD', name: 'A mug', stockTracked: 'yes' }, 400],
      ['no name', { itemId: 'BAD', stockTracked: true }, 400],
      ['a blank name', { itemId: 'BAD', name: '   ', stockTracked: true }, 422],
      [
        'a name of nothing to be seen',
        { itemId: 'BAD', name: '\u200b\u2060\u3164', stockTracked: true },
        422,
      ],
      ['a name with a control character', { itemId: 'BAD', name: 'A\u0007mug', stockTracked: true }, 422],
      ['a name of two lines', { itemId: 'BAD', name: 'A\nmug', stockTracked: true }, 422],
      ['a name that is too long', { itemId: 'BAD', name: 'x'.repeat(201), stockTracked: true }, 422],
      ['a code in lower case', { itemId: 'bad', name: 'A mug', stockTracked: true }, 422],
    ])('refuses %s', async (_, body, status) => {
      await context
        .http()
        .post('/items')
        .send(body)
        .expect(status)
        .expect('Content-Type', /application\/problem\+json/);
      await context.http().get('/items/BAD').expect(404);
    });

    it('renames an item that is as the client saw it', async () => {
      await added('MATCH');
      await context
        .http()
        .patch('/items/MATCH')
        .set('If-Match', '"1"')
        .send({ name: 'Another mug' })
        .expect(200)
        .expect('ETag', '"2"');
      const { body } = await context
        .http()
        .patch('/items/MATCH')
        .set('If-Match', '"1"')
        .send({ name: 'A third mug' })
        .expect(412);
      expect(body).toMatchObject({ code: 'catalog.version-mismatch' });
      await context
        .http()
        .patch('/items/MATCH')
        .send({ name: 'A third mug', stockTracked: false })
        .expect(400);
    });

    it('withdraws an item, which can still be read', async () => {
      await added('OUT');
      await context.http().delete('/items/OUT').set('If-Match', '"7"').expect(412);
      await context.http().delete('/items/OUT').expect(204);
      await context.http().delete('/items/OUT').expect(204);
      const { body } = await context.http().get('/items/OUT').expect(200).expect('ETag', '"2"');
      expect(body).toMatchObject({ withdrawn: true });
      await context.http().patch('/items/OUT').send({ name: 'Another mug' }).expect(409);
      await context.http().delete('/items/NEVER%20ADDED').expect(404);
    });

    it('lists every item once, page by page, in the order of the codes', async () => {
      for (const itemId of ['PAGE A', 'PAGE-B', 'PAGE1']) await added(itemId);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await context
          .http()
          .get('/items')
          .query({ limit: 2, ...(cursor && { cursor }) })
          .expect(200);
        const page = body as { items: { itemId: string }[]; nextCursor?: string };
        seen.push(...page.items.map(({ itemId }) => itemId));
        cursor = page.nextCursor;
      } while (cursor);
      const [{ count }] = await context.database.databases
        .of('catalog')
        .query<{ count: number }[]>('select count(*)::int as count from items');
      expect(seen).toHaveLength(count);
      expect(seen).toEqual([...new Set(seen)].sort());
    });

    it.each([
      ['limit=0', 400],
      ['limit=201', 400],
      ['limit=many', 400],
      ['cursor=nonsense', 400],
      [`cursor=${Buffer.from('["lower case"]').toString('base64url')}`, 422],
      [`cursor=${Buffer.from('[]').toString('base64url')}`, 422],
      ['colour=red', 400],
    ])('refuses to list with %s', async (query, status) => {
      await context.http().get(`/items?${query}`).expect(status);
    });
  });
});
