import request from 'supertest';
import { startTestApplication, type TestApplication } from './application';
import { gbp, nobody, Shop } from './shop';

/** A body for each route that takes one. */
export const WELL_FORMED: Record<string, object> = {
  'post /customers': {
    name: 'Ada',
    address: { country: 'France' },
    externalReference: 'FUZZ',
    metadata: { fuzz: 'yes' },
  },
  'put /customers/{customerId}/address': { country: 'France' },
  'post /items': { itemId: 'FUZZ', name: 'Fuzz', stockTracked: true },
  'patch /items/{itemId}': { name: 'Fuzz' },
  'put /prices/{itemId}': { unitPrice: gbp(5) },
  'post /stock/{itemId}/receipts': { quantity: 1 },
  'post /stock/{itemId}/adjustments': { quantity: -1, reason: 'count' },
  'put /credit-accounts/{customerId}': { limit: gbp(5) },
  'post /orders': {
    customerId: nobody(),
    currency: 'GBP',
    lines: [{ itemId: 'FUZZ', quantity: 1 }],
    externalReference: 'FUZZ',
    metadata: {},
  },
  'post /orders/{orderId}/cancellation': {},
  'post /orders/{orderId}/returns': { lines: [{ itemId: 'FUZZ', quantity: 1 }] },
  'post /shipments/{shipmentId}/dispatch': {},
  'post /shipments/{shipmentId}/delivery': { outcome: 'delivered' },
  'post /shipments/{shipmentId}/loss': {},
  'post /shipments/{shipmentId}/refusal': {},
  'post /shipments/{shipmentId}/return': {},
};

/**
 * The whole application with a customer and a service that can be ordered, for one test file; its books must
 * add up in the end.
 */
export function shopAtTheEdge() {
  let application: TestApplication;
  let shop: Shop;
  let customerId: string;
  let advice: string;
  let allRoutes: string[];

  beforeAll(async () => {
    application = await startTestApplication();
    allRoutes = await application.routes();
    shop = new Shop(application);
    customerId = await shop.customer();
    advice = await shop.service(100);
    await shop.comesToRest();
  });

  afterAll(async () => {
    await shop?.booksAddUp();
    await application?.close();
  });

  const api = () => application.api();
  const lines = (quantity = 1) => [{ itemId: advice, quantity }];
  let keys = 0;
  const newKey = (): string => `key-${(keys += 1)}`;

  /** Every refusal is a problem document that names its kind and tells nothing of the inside. */
  async function problem(test: request.Test, status: number, code: string): Promise<request.Response> {
    const response = await test;
    expect({ status: response.status, code: response.body.code, body: response.text }).toEqual({
      status,
      code,
      body: expect.any(String),
    });
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.body).toMatchObject({
      type: `/problems/${code}`,
      title: expect.any(String),
      detail: expect.any(String),
      instance: expect.stringMatching(/^\//),
      correlationId: response.headers['x-correlation-id'],
    });
    expect(response.text).not.toMatch(/\bat .+\.(ts|js):\d+|node_modules|select |insert /);
    return response;
  }

  /** What there is once it runs. */
  const started = () => ({ application, shop, customerId, advice, allRoutes });
  return { api, lines, newKey, problem, started };
}
