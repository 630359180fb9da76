import { SettingsError } from '../config/env-reader';
import { requireKeys } from './configured-keys';
import { signingKeyFrom, verifyingKeyOf } from './module-keys';

const SECRET = 'for tests only, and long enough';
const signing = (module: string): [string, Buffer] => [module, signingKeyFrom(SECRET, module)];
const verifying = (module: string): [string, Buffer] => [
  module,
  verifyingKeyOf(signingKeyFrom(SECRET, module)),
];

describe('the keys of a process', () => {
  const said = (transport: object, hosted: string[], roleSecret?: string): string[] => {
    const lines: string[] = [];
    requireKeys({ transport, database: { roleSecret } } as never, hosted, (line) => lines.push(line));
    return lines;
  };

  it('have to be there for each hosted module', () => {
    const keys = {
      signing: new Map([signing('orders')]),
      verifying: new Map([verifying('orders'), verifying('shipping')]),
    };
    expect(said({ keys, user: 'orders' }, ['orders'])).toEqual([]);
    expect(() => said({ keys, user: 'orders' }, ['orders', 'shipping'])).toThrow(SettingsError);
    expect(() => said({ keys, user: 'orders' }, ['orders', 'shipping'])).toThrow(
      /do not for shipping: set them as npm run nats:config/,
    );
  });

  it("have to match: one that was changed alone would make each record its own module's stranger", () => {
    const keys = {
      signing: new Map([signing('orders')]),
      verifying: new Map([['orders', verifying('shipping')[1]]]),
    };
    expect(() => said({ keys, user: 'orders' }, ['orders'])).toThrow(/orders/);
  });

  it('are missed where a login has nothing to derive them from', () => {
    expect(said({ user: 'orders' }, ['orders'])).toEqual([
      expect.stringMatching(/neither DATABASE_ROLE_SECRET nor NATS_SIGNING_KEYS/),
    ]);
    expect(said({ user: 'orders' }, ['orders'], SECRET)).toEqual([]);
    expect(said({}, ['orders'])).toEqual([]);
  });
});
