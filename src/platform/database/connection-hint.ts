import { codeOf, isWithoutTls } from './driver-errors';

const UNTRUSTED =
  "Its certificate is of an authority that this machine does not trust. Name the authority's certificate in the URL (?sslmode=verify-full&sslrootcert=/path/to/ca.pem), or in NODE_EXTRA_CA_CERTS.";
const NO_TLS =
  "The URL asks for TLS (sslmode): turn ssl on there. Where the network in between is the server's own, leave sslmode out.";
const SECRET =
  "Check the login in an administrator's URL. The modules' passwords follow from DATABASE_ROLE_SECRET: where it has changed, run `npm run migrate` with DATABASE_ADMIN_URL set to an administrator's login.";

/**
 * What to do about the codes of Node's TLS, of the system and of PostgreSQL that say too little by
 * themselves.
 */
const HINTS: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Its certificate is for other names. Let the URL name the host as the certificate does.',
  CERT_HAS_EXPIRED:
    'Its certificate has expired, or the clock of this machine is wrong. Renew the one, or set the other.',
  CERT_NOT_YET_VALID: 'Its certificate is not valid yet, or the clock of this machine is wrong.',
  ENOENT: 'The URL names a file that is not here: check sslrootcert, sslcert and sslkey in it.',
  EACCES: 'The URL names a file that this process may not read: check sslrootcert, sslcert and sslkey in it.',
  ENOTFOUND: "Check the host's name in the URL.",
  '28000':
    'The server does not let this login in from here: where it wants TLS, add ?sslmode=verify-full to the URL; else see its pg_hba.conf.',
  '28P01': SECRET,
  '42501':
    'The role may not connect to this database: run `npm run migrate` with the login of its owner in DATABASE_ADMIN_URL.',
};

/**
 * The way out of a failed connection, as a sentence; undefined where its error is none that is known here.
 */
export const connectionHint = (error: unknown): string | undefined =>
  isWithoutTls(error) ? NO_TLS : HINTS[codeOf(error) ?? ''];
