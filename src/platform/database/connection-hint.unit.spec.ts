import { connectionHint } from './connection-hint';

const coded = (code: string): Error => Object.assign(new Error('no'), { code });

describe('the way out of a failed connection', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'sslrootcert=/path/to/ca.pem'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'Let the URL name the host'],
    ['CERT_HAS_EXPIRED', 'Renew'],
    ['ENOENT', 'sslrootcert'],
    ['28000', 'sslmode=verify-full'],
    ['28P01', 'DATABASE_ROLE_SECRET'],
  ])('%s: %s', (code, words) => {
    expect(connectionHint(coded(code))).toContain(words);
  });

  it('is not made up where nothing is known', () => {
    expect([
      connectionHint(coded('XX000')),
      connectionHint(new Error('no')),
      connectionHint(undefined),
    ]).toEqual([undefined, undefined, undefined]);
  });
});
