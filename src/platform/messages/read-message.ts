import type { Contract } from './contract';
import type { Envelope } from './envelope';
import { upcast } from './upcast';
import { ContractViolation, parseKnownFields, parseMessage } from './validate-message';

/** A message as its sender wrote it, in the version that the sender knew. */
export type WrittenMessage = Pick<Envelope, 'version' | 'readableSince' | 'rules'> & { data: object };

/**
 * A message of a later version than this process can read. In a log it waits for a process that knows
 * `readableSince`.
 */
export class UnknownVersion extends ContractViolation {
  constructor(
    contract: Contract,
    version: number,
    /** The lowest version whose readers can read it. */
    readonly readableSince: number,
  ) {
    super(contract, [
      `it has version ${version}, which this process does not know yet: deploy those that read it before those that send it`,
    ]);
    this.name = 'UnknownVersion';
  }
}

/**
 * Makes what a handler knows of what was written: an instance of the contract's class, checked. The one place
 * where messages are read, of a log, of what is deferred, of a broker or of a call. An older version is
 * upcast; a newer one is read without what the contract does not know, where its sender says that such
 * readers can.
 */
export function readMessage(written: WrittenMessage, contract: Contract): object {
  const { version, data, rules, readableSince = version } = written;
  if (version === contract.version) return parseMessage(data, contract, rules);
  if (version < contract.version) return parseMessage(upcast(data, version, contract), contract);
  if (readableSince <= contract.version) return parseKnownFields(data, contract);
  throw new UnknownVersion(contract, version, readableSince);
}
