import { type ExistingResource, Refusal, type RefusalKind, type RefusalReason } from '../domain/refusal';
import type { Contract } from '../messages/contract';
import { isTransient } from '../subscriptions/failure';
import { ContractViolation } from '../messages/validate-message';
import type { JsonValue } from './json-value';
import { RemoteFailure } from './remote-failure';

/** What the owner of a contract answers, as JSON. */
export type Reply =
  | { outcome: 'result'; result: JsonValue }
  /** A business rule said no. */
  | {
      outcome: 'refused';
      refusal: {
        kind: RefusalKind;
        code: string;
        message: string;
        reasons: RefusalReason[];
        existing?: ExistingResource;
      };
    }
  /** The message does not fit the contract that the owner knows. */
  | { outcome: 'misfit'; reasons: string[] }
  /** An earlier attempt of the same call is still being worked on. */
  | { outcome: 'busy' }
  /** The owner's surroundings failed, such as its database; asking again may help. */
  | { outcome: 'unavailable' }
  /** Everything else; `code` is an SQLSTATE that speaks of a value. */
  | { outcome: 'failed'; code?: string };

/** An error as the caller gets it: the kinds that it can act upon, without the owner's internals. */
export function replyToError(error: unknown): Reply {
  if (error instanceof Refusal) {
    const { kind, code, message, reasons, existing } = error;
    return { outcome: 'refused', refusal: { kind, code, message, reasons, ...(existing && { existing }) } };
  }
  if (error instanceof ContractViolation) return { outcome: 'misfit', reasons: [...error.reasons] };
  if (isTransient(error)) return { outcome: 'unavailable' };
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && VALUE_ERRORS.test(code)
    ? { outcome: 'failed', code }
    : { outcome: 'failed' };
}

/** The error that a reply stands for: the same one as if the owner ran in this process. */
export function errorOf(
  reply: Exclude<Reply, { outcome: 'result' | 'busy' | 'unavailable' }>,
  contract: Contract,
): Error {
  switch (reply.outcome) {
    case 'refused':
      return new Refusal(
        reply.refusal.kind,
        reply.refusal.code,
        reply.refusal.message,
        reply.refusal.reasons,
        reply.refusal.existing,
      );
    case 'misfit':
      return new ContractViolation(contract, reply.reasons);
    case 'failed':
      return new RemoteFailure(contract.name, reply.code);
  }
}

/** Data exceptions and broken constraints: the HTTP edge answers some of them with the client's own fault. */
const VALUE_ERRORS = /^(22|23)[0-9A-Z]{3}$/;
