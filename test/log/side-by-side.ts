import type { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';

/** What a writer throws whose transaction is to be rolled back. */
export class RolledBackOnPurpose extends Error {}

/**
 * Has so many writers publish about `count` messages, each in a transaction of its own. Answers the ids of
 * what was committed.
 */
export async function publishSideBySide(
  database: DataSource,
  { count, writers }: { count: number; writers: number },
  publish: (manager: EntityManager, id: string) => Promise<void>,
): Promise<string[]> {
  const committed: string[] = [];
  let started = 0;
  const write = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      const id = uuidv7();
      try {
        await database.transaction((manager) => publish(manager, id));
        committed.push(id);
      } catch (error) {
        if (!(error instanceof RolledBackOnPurpose)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return committed;
}
