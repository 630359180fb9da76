import { RouteOwners } from './route-owners';

const owners = new RouteOwners([
  { method: 'GET', path: '/orders', module: 'orders' },
  { method: 'GET', path: '/orders/totals', module: 'reports' },
  { method: 'GET', path: '/orders/:orderId', module: 'orders' },
  { method: 'POST', path: '/orders/:orderId/returns', module: 'returns' },
  { method: 'ALL', path: '/hooks', module: 'hooks' },
]);

describe('the owner of a route', () => {
  it.each([
    ['GET', '/orders', 'orders'],
    ['HEAD', '/orders', 'orders'],
    ['GET', '/orders/', 'orders'],
    ['GET', '/orders/TOTALS', 'orders'],
    ['GET', '/orders/totals', 'reports'],
    ['GET', '/orders/o-1', 'orders'],
    ['GET', '/orders/%E0%A4%A', 'orders'],
    ['POST', '/orders/o-1/returns', 'returns'],
    ['PATCH', '/hooks', 'hooks'],
  ])('is the module that declares it: %s %s', (method, path, module) => {
    expect(owners.find(method, path)?.module).toBe(module);
  });

  it('says which methods the path answers, when it is not this one', () => {
    expect(owners.find('DELETE', '/orders/o-1')?.module).toBe('orders');
  });

  it.each(['/', '/orders/o-1/parcels', '/health/live', '/ordersx', '/Orders'])('is nobody: %s', (path) => {
    expect(owners.find('GET', path)).toBeUndefined();
  });
});
