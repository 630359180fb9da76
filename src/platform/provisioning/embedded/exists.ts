import { stat } from 'node:fs/promises';

/**
 * Whether there is something at a path. As all work on the data folder, it leaves this process's own thread
 * free: a call into a folder whose server is gone may never return, and a signal has to be heard all the
 * same.
 */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
