import type { ExecutionContext } from '@nestjs/common';
import { readSettings } from '../config/settings';
import { OpsTokenGuard } from './ops-token.guard';

const TOKEN = 'a token of at least 16 characters';

describe('the guard of the operator API', () => {
  const allows = (token: string | undefined, authorization: string | undefined): boolean => {
    const guard = new OpsTokenGuard(readSettings({ OPS_TOKEN: token }));
    const context = { switchToHttp: () => ({ getRequest: () => ({ headers: { authorization } }) }) };
    return guard.canActivate(context as unknown as ExecutionContext);
  };

  it('lets everybody in where no token is set', () => expect(allows(undefined, undefined)).toBe(true));

  it('lets in who has the token', () => expect(allows(TOKEN, `Bearer ${TOKEN}`)).toBe(true));

  it.each([
    undefined,
    '',
    TOKEN,
    'Bearer',
    'Bearer ',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Basic ${TOKEN}`,
  ])('turns away %p', (authorization) => {
    expect(() => allows(TOKEN, authorization)).toThrow('OPS_TOKEN');
  });
});
