import { STATUS_CODES } from 'node:http';
import type { ExistingResource } from '../domain/refusal';

/** One reason, and the part of the request it is about. */
export interface ProblemReason {
  /**
   * JSON pointer into the body, such as `/lines/3/quantity`; for a path or query parameter its name after the
   * slash.
   */
  pointer: string;
  /** Stable, for programs. */
  code: string;
  /** For people. */
  message: string;
}

/** An RFC 9457 problem document as it is sent. */
export interface ProblemDocument {
  /** A reference that identifies the kind of problem: `/problems/` and the code. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /**
   * Stable, for programs: `<module>.<noun-problem>`, or `request.<noun-problem>` where no module was asked.
   */
  code: string;
  /** The path that was asked for. */
  instance: string;
  /** To find the request in the logs. */
  correlationId: string;
  errors?: ProblemReason[];
  /** What is there already and stands in the way. */
  existing?: ExistingResource;
}

/**
 * What the HTTP layer itself has to say against a request. Modules throw a `Refusal` instead, which knows no
 * status codes.
 */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** For people. Public: no value of the request, no internals. */
    readonly detail: string,
    readonly options: {
      errors?: readonly ProblemReason[];
      existing?: ExistingResource;
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'HttpProblem';
  }

  toDocument(instance: string, correlationId: string): ProblemDocument {
    const { errors = [], existing } = this.options;
    return {
      type: `/problems/${this.code}`,
      title: STATUS_CODES[this.status] ?? 'Problem',
      status: this.status,
      detail: this.detail,
      code: this.code,
      instance,
      correlationId,
      ...(errors.length > 0 && { errors: [...errors] }),
      ...(existing && { existing: { id: existing.id, href: existing.href } }),
    };
  }
}
