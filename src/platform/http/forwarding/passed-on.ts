/** Emitted by a response whose request is passed on to another process: this one does nothing more for it than hand the answer back. */
export const PASSED_ON = Symbol('passed on');
