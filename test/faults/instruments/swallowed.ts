import { v7 as uuidv7 } from 'uuid';

/** In the data folder: while it exists no handler fails by itself. */
export const SWALLOW_CURE = 'rig-swallow-cure';
/**
 * So often a message fails until it is parked: fewer times than the product's own, so that a trial need not
 * wait.
 */
export const MOST_ATTEMPTS = 4;

const MARK = '0bad5a11';

/** The id of a message whose handlers do something wrong and do not mind. */
export const swallowedId = (): string => uuidv7().slice(0, -MARK.length) + MARK;
export const isSwallowed = (id: string): boolean => id.endsWith(MARK);
