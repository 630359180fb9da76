import { PointsAccount } from './points-account';

describe('a points account', () => {
  it('tells every change with the balance after it', () => {
    const account = PointsAccount.open('0194abcd-0000-7000-8000-00000000abcd');
    account.give(10, new Date());
    account.redeem(4);
    account.expire();
    const told = account.takeRecorded().map(({ message, keyVersion }) => ({ ...message, keyVersion }));
    expect(told).toMatchObject([
      { change: 10, balance: 10, reason: 'given', keyVersion: 1 },
      { change: -4, balance: 6, reason: 'redeemed', keyVersion: 2 },
      { change: -6, balance: 0, reason: 'expired', keyVersion: 3 },
    ]);
  });

  it('refuses to give away more than there is', () => {
    expect(() => PointsAccount.open('x').redeem(1)).toThrow(
      expect.objectContaining({ code: 'loyalty.points-insufficient' }),
    );
  });
});
