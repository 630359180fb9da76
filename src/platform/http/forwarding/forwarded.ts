/**
 * Emitted by a response whose request is forwarded to another process. This process only hands the answer
 * back.
 */
export const FORWARDED = Symbol('forwarded');
