import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** What stands before the 32 bytes of an Ed25519 key in its DER form: RFC 8410. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
export const KEY_BYTES = 32;

/** Keys by module, as 32 bytes each. */
export interface KeySettings {
  /** Of the modules that this process speaks for. */
  readonly signing: ReadonlyMap<string, Buffer>;
  /** Of every module that it listens to. */
  readonly verifying: ReadonlyMap<string, Buffer>;
}

/** The private key of a module as it is derived from a secret, as the passwords of roles are. */
export const signingKeyFrom = (secret: string, module: string): Buffer =>
  createHmac('sha256', secret).update(`signatures of ${module}`).digest();

/** What others check a module's signatures by. */
export const verifyingKeyOf = (signingKey: Buffer): Buffer =>
  createPublicKey(privateKey(signingKey)).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);

const privateKey = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
const publicKey = (raw: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });

/**
 * Signs for modules and checks what others have signed, with Ed25519. A verifier cannot sign. What is signed
 * says what it is for (`purpose`), so that nothing that was signed for one thing passes for another.
 */
export class ModuleKeys {
  private readonly privates = new Map<string, KeyObject | undefined>();
  private readonly publics = new Map<string, KeyObject | undefined>();

  private constructor(
    private readonly signingKey: (module: string) => Buffer | undefined,
    private readonly verifyingKey: (module: string) => Buffer | undefined,
  ) {}

  /** Every module's keys come from one secret that all processes have. */
  static derivedFrom(secret: string): ModuleKeys {
    const signing = (module: string): Buffer => signingKeyFrom(secret, module);
    return new ModuleKeys(signing, (module) => verifyingKeyOf(signing(module)));
  }

  static of({ signing, verifying }: KeySettings): ModuleKeys {
    return new ModuleKeys(
      (module) => signing.get(module),
      (module) => verifying.get(module),
    );
  }

  /** Throws where this process has no key to speak for the module. */
  sign(module: string, purpose: string, data: Uint8Array | string): Buffer {
    const key = known(this.privates, module, () => this.signingKey(module), privateKey);
    if (!key)
      throw new Error(
        `This process has no key to sign for the module "${module}". Add it to NATS_SIGNING_KEYS as npm run nats:config prints it.`,
      );
    return sign(null, digestOf(module, purpose, data), key);
  }

  /** False also for a module whose key is not known. */
  verifies(module: string, purpose: string, data: Uint8Array | string, signature: Uint8Array): boolean {
    const key = known(this.publics, module, () => this.verifyingKey(module), publicKey);
    return (
      key !== undefined &&
      signature.length === 64 &&
      verify(null, digestOf(module, purpose, data), key, signature)
    );
  }
}

/** More modules than any application has. Senders choose the names that are looked up. */
const MOST_KEYS = 256;

function known(
  cache: Map<string, KeyObject | undefined>,
  module: string,
  bytes: () => Buffer | undefined,
  make: (bytes: Buffer) => KeyObject,
): KeyObject | undefined {
  if (!cache.has(module)) {
    if (cache.size >= MOST_KEYS) cache.clear();
    const found = bytes();
    cache.set(module, found && make(found));
  }
  return cache.get(module);
}

const digestOf = (module: string, purpose: string, data: Uint8Array | string): Buffer =>
  createHash('sha256').update(`seamline ${purpose}\n${module}\n`).update(data).digest();
