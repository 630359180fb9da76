import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** A certificate and its key, in PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

interface Wanted {
  /** A DNS name that the certificate is for. */
  readonly host: string;
  /** Milliseconds since 1970; an hour from now when absent. */
  readonly expires?: number;
}

const HOUR_MS = 3_600_000;
const COMMON_NAME = [2, 5, 4, 3];
const BASIC_CONSTRAINTS = [2, 5, 29, 19];
const SUBJECT_ALT_NAME = [2, 5, 29, 17];
const ECDSA_WITH_SHA256 = [1, 2, 840, 10045, 4, 3, 2];

/**
 * A certificate authority that no machine knows, for tests: Node makes keys and signatures, and only X.509
 * around them is written here.
 */
export class PrivateAuthority {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly name = distinguishedName('An authority of tests');
  /** What clients trust, in PEM. */
  readonly certificate = this.certify(this.name, this.keys.publicKey, [
    extension(BASIC_CONSTRAINTS, true, sequence(der(0x01, Buffer.from([0xff])))),
  ]);

  issue({ host, expires }: Wanted): Certified {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = extension(SUBJECT_ALT_NAME, false, sequence(der(0x82, Buffer.from(host, 'ascii'))));
    return {
      certificate: this.certify(distinguishedName(host), publicKey, [names], expires),
      key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    };
  }

  private certify(
    subject: Buffer,
    key: KeyObject,
    extensions: Buffer[],
    expires = Date.now() + HOUR_MS,
  ): string {
    const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
    const body = sequence(
      der(0xa0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      algorithm,
      this.name,
      sequence(time(Math.min(expires, Date.now()) - HOUR_MS), time(expires)),
      subject,
      key.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(...extensions)),
    );
    const signature = createSign('sha256').update(body).sign(this.keys.privateKey);
    const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature]))).toString(
      'base64',
    );
    return [
      '-----BEGIN CERTIFICATE-----',
      ...(whole.match(/.{1,64}/g) ?? []),
      '-----END CERTIFICATE-----',
      '',
    ].join('\n');
  }
}

/** A value in DER: what it is, how long it is, and the value. */
function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, Buffer.concat(parts));
const integer = (value: Buffer): Buffer => der(0x02, value);

function objectId([first, second, ...rest]: readonly number[]): Buffer {
  const bytes = rest.flatMap((part) => {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

const distinguishedName = (name: string): Buffer =>
  sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(name)))));

function extension(id: readonly number[], isCritical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(isCritical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
}

/** GeneralizedTime, in whole seconds. */
const time = (at: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]|\..*$/g, '')}Z`, 'ascii'));
