import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { type ContextApplication, startContext } from '../../../test/support/context-application';
import { Money } from '../../platform/domain/money';
import { QuotePrices } from './contracts/quote-prices.query';
import { SetPrice } from './contracts/set-price.command';
import { PricingModule } from './pricing.module';

const pounds = (amount: number): Money => Money.of(amount, 'GBP');
const euros = (amount: number): Money => Money.of(amount, 'EUR');
const told = (itemId: string, { ...unitPrice }: Money, ...prices: Money[]) => ({
  itemId,
  unitPrice,
  prices: prices.map((price) => ({ ...price })),
});

describe('pricing', () => {
  let context: ContextApplication;
  let commands: CommandBus;
  let queries: QueryBus;

  beforeAll(async () => {
    context = await startContext('pricing', PricingModule);
    ({ commands, queries } = context);
  });

  afterAll(() => context?.close());

  const setPrice = (itemId: string, unitPrice: Money, expectedVersion?: number) =>
    commands.execute(new SetPrice({ itemId, unitPrice, expectedVersion }));

  describe('setting a price', () => {
    it('publishes one message per change', async () => {
      expect(await setPrice('LIFE', pounds(255))).toEqual({ version: 1 });
      expect(await setPrice('LIFE', pounds(295), 1)).toEqual({ version: 2 });
      expect(await context.logOf('LIFE')).toEqual([
        { type: 'pricing.price-changed', key_version: '1', payload: told('LIFE', pounds(255), pounds(255)) },
        { type: 'pricing.price-changed', key_version: '2', payload: told('LIFE', pounds(295), pounds(295)) },
      ]);
    });

    it('in another currency leaves the others alone, under the same key', async () => {
      await setPrice('TWO', pounds(255));
      expect(await setPrice('TWO', euros(300), 1)).toEqual({ version: 2 });
      expect(await setPrice('TWO', pounds(200), 2)).toEqual({ version: 3 });
      expect(
        (await context.logOf('TWO')).map(({ key_version: version, payload }) => ({ version, payload })),
      ).toEqual([
        { version: '1', payload: told('TWO', pounds(255), pounds(255)) },
        { version: '2', payload: told('TWO', euros(300), euros(300), pounds(255)) },
        { version: '3', payload: told('TWO', pounds(200), euros(300), pounds(200)) },
      ]);
      const quoted = (currency: string) => queries.execute(new QuotePrices({ itemIds: ['TWO'], currency }));
      expect(await quoted('GBP')).toEqual([{ itemId: 'TWO', unitPrice: pounds(200) }]);
      expect(await quoted('EUR')).toEqual([{ itemId: 'TWO', unitPrice: euros(300) }]);
      expect(await quoted('JPY')).toEqual([]);
    });

    it('in a currency that ISO 4217 does not know is refused, also past the API', async () => {
      await expect(setPrice('XXZ', Money.of(255, 'XXZ'))).rejects.toMatchObject({
        kind: 'invalid',
        code: 'pricing.currency-unknown',
      });
      expect(await context.logOf('XXZ')).toEqual([]);
    });

    it('to what it is publishes nothing', async () => {
      await setPrice('SAME', pounds(255));
      expect(await setPrice('SAME', pounds(255))).toEqual({ version: 1 });
      expect(await context.logOf('SAME')).toHaveLength(1);
    });

    it('that is refused leaves no trace', async () => {
      await setPrice('KEPT', pounds(255));
      await expect(setPrice('KEPT', pounds(0))).rejects.toMatchObject({
        kind: 'invalid',
        code: 'pricing.price-not-positive',
      });
      await expect(setPrice('KEPT', pounds(295), 2)).rejects.toMatchObject({
        kind: 'precondition-failed',
        code: 'pricing.version-mismatch',
      });
      await expect(setPrice('NEVER SET', pounds(295), 1)).rejects.toMatchObject({
        kind: 'precondition-failed',
      });
      expect(
        await queries.execute(new QuotePrices({ itemIds: ['KEPT', 'NEVER SET'], currency: 'GBP' })),
      ).toEqual([{ itemId: 'KEPT', unitPrice: pounds(255) }]);
      expect(await context.logOf('KEPT')).toHaveLength(1);
    });

    it('for the first time by several at once loses none and doubles none', async () => {
      const amounts = [101, 102, 103, 104];
      const outcomes = await Promise.all(amounts.map((amount) => setPrice('RACE', pounds(amount))));
      expect(outcomes.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4]);
      const log = await context.logOf('RACE');
      expect(log.map(({ key_version: version }) => version)).toEqual(['1', '2', '3', '4']);
      expect(log.map(({ payload }) => (payload as { unitPrice: Money }).unitPrice.amount).sort()).toEqual(
        amounts,
      );
    });
  });

  it('quotes what has a price in the currency', async () => {
    await setPrice('IN POUNDS', pounds(Number.MAX_SAFE_INTEGER));
    await setPrice('IN EUROS', Money.of(300, 'EUR'));
    const itemIds = ['IN POUNDS', 'IN EUROS', 'NEVER SET', 'IN POUNDS'];
    expect(await queries.execute(new QuotePrices({ itemIds, currency: 'GBP' }))).toEqual([
      { itemId: 'IN POUNDS', unitPrice: pounds(Number.MAX_SAFE_INTEGER) },
    ]);
    expect(await queries.execute(new QuotePrices({ itemIds: [], currency: 'GBP' }))).toEqual([]);
  });

  describe('over HTTP', () => {
    const put = (path: string, amount: unknown, currency: unknown = 'GBP') =>
      context.http().put(path).send({ unitPrice: { amount, currency } });

    it('sets and shows a price', async () => {
      const { body } = await put('/prices/A%26B%2FC', 255).expect(200).expect('ETag', '"1"');
      expect(body).toEqual({ itemId: 'A&B/C', unitPrice: { amount: 255, currency: 'GBP' }, version: 1 });
      const shown = await context.http().get('/prices/A%26B%2FC').expect(200).expect('ETag', '"1"');
      expect(shown.body).toEqual({ ...body, prices: [body.unitPrice] });
    });

    it('sets, shows and lists prices in several currencies', async () => {
      await put('/prices/DUAL', 255).expect(200).expect('ETag', '"1"');
      await put('/prices/DUAL', 300, 'EUR').set('If-Match', '"1"').expect(200).expect('ETag', '"2"');
      await put('/prices/DUAL', 255).set('If-Match', '"2"').expect(200).expect('ETag', '"2"');
      const prices = [euros(300), pounds(255)].map((price) => ({ ...price }));
      const show = async (query: object) =>
        (await context.http().get('/prices/DUAL').query(query).expect(200).expect('ETag', '"2"'))
          .body as unknown;
      expect(await show({})).toEqual({ itemId: 'DUAL', unitPrice: prices[1], prices, version: 2 });
      expect(await show({ currency: 'EUR' })).toEqual({
        itemId: 'DUAL',
        unitPrice: prices[0],
        prices,
        version: 2,
      });
      const { body } = await context.http().get('/prices/DUAL').query({ currency: 'JPY' }).expect(404);
      expect(body).toMatchObject({
        code: 'pricing.price-unknown',
        detail: 'No price in JPY is set for DUAL.',
      });

      await put('/prices/YEN', 500, 'JPY').expect(200);
      const list = async (currency: string) =>
        (await context.http().get('/prices').query({ currency }).expect(200)).body as unknown;
      const yen = { amount: 500, currency: 'JPY' };
      expect(await list('JPY')).toEqual({
        items: [{ itemId: 'YEN', unitPrice: yen, prices: [yen], version: 1 }],
      });
    });

    it.each(['/prices', '/prices/DUAL'])('refuses to look for a price in no currency: %s', async (path) => {
      const { body } = await context.http().get(path).query({ currency: 'XXZ' }).expect(400);
      expect(body).toMatchObject({
        code: 'request.malformed',
        errors: [{ pointer: '/currency', code: 'request.field-value' }],
      });
    });

    it('changes a price that is as the client saw it', async () => {
      await put('/prices/MATCH', 255).expect(200);
      await put('/prices/MATCH', 295).set('If-Match', '"1"').expect(200).expect('ETag', '"2"');
      const { body } = await put('/prices/MATCH', 300).set('If-Match', '"1"').expect(412);
      expect(body).toMatchObject({ code: 'pricing.version-mismatch' });
    });

    it.each([
      ['0', 0, 'GBP', 422],
      ['less than 0', -1, 'GBP', 422],
      ['more than can be counted', Number.MAX_SAFE_INTEGER + 1, 'GBP', 422],
      ['half a penny', 0.5, 'GBP', 400],
      ['a text', '255', 'GBP', 400],
      ['an unknown form of currency', 255, 'pounds', 422],
      ['a currency that ISO 4217 does not know', 255, 'XXZ', 422],
      ['a currency of the past', 255, 'DEM', 422],
      ['a currency in small letters', 255, 'gbp', 422],
      ['no currency', 255, null, 400],
    ])('refuses %s', async (_, amount, currency, status) => {
      await put('/prices/BAD', amount, currency)
        .expect(status)
        .expect('Content-Type', /application\/problem\+json/)
        .expect(({ body }) =>
          expect(body).toMatchObject({
            errors: [{ pointer: expect.stringMatching(/^\/unitPrice\/(amount|currency)$/) }],
          }),
        );
      await context.http().get('/prices/BAD').expect(404);
    });

    it('refuses what is no price of one item', async () => {
      await context.http().put('/prices/BAD').send({}).expect(400);
      await context
        .http()
        .put('/prices/BAD')
        .send({ unitPrice: [{ amount: 255, currency: 'GBP' }] })
        .expect(400);
      await context
        .http()
        .put('/prices/BAD')
        .send({ unitPrice: { amount: 255, currency: 'GBP', tax: 20 } })
        .expect(400);
      await put('/prices/bad', 255).expect(400);
    });

    it('lists every price once, page by page, in the order of the codes', async () => {
      for (const itemId of ['PAGE A', 'PAGE-B', 'PAGE1']) await setPrice(itemId, pounds(255));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await context
          .http()
          .get('/prices')
          .query({ limit: 2, ...(cursor && { cursor }) })
          .expect(200);
        const page = body as { items: { itemId: string; unitPrice: Money }[]; nextCursor?: string };
        seen.push(...page.items.map(({ itemId }) => itemId));
        cursor = page.nextCursor;
      } while (cursor);
      const [{ count }] = await context.database.databases
        .of('pricing')
        .query<{ count: number }[]>('select count(*)::int as count from prices');
      expect(seen).toHaveLength(count);
      expect(seen).toEqual([...new Set(seen)].sort());
    });

    it('refuses a cursor of another list', async () => {
      await context
        .http()
        .get('/prices')
        .query({ cursor: Buffer.from('["lower case"]').toString('base64url') })
        .expect(422);
      await context.http().get('/prices').query({ cursor: 'nonsense' }).expect(400);
      for (const itemId of ['CURSOR A', 'CURSOR B']) await setPrice(itemId, pounds(5));
      const first = (await context.http().get('/prices').query({ limit: 1, currency: 'GBP' }).expect(200))
        .body as { nextCursor: string };
      const elsewhere = await context
        .http()
        .get('/prices')
        .query({ limit: 1, cursor: first.nextCursor })
        .expect(400);
      expect(elsewhere.body).toMatchObject({ code: 'request.cursor-of-another-list' });
    });
  });
});
