const ROOT = 'seamline.log';

/** The stream that carries a module's log. */
export const streamOf = (module: string): string => `seamline-log-${module}`;

/** Everything of a module's log. Only the module's own login may publish there. */
export const logSubjects = (module: string): string => `${ROOT}.${module}.>`;

/** Messages of one key share a lane and so a subject. */
export const laneSubject = (module: string, lane: number): string => `${ROOT}.${module}.${lane}`;

/**
 * Says how far a log has been read where no message says it: in an empty log, and where a new generation
 * begins.
 */
export const headSubject = (module: string): string => `${ROOT}.${module}.head`;
