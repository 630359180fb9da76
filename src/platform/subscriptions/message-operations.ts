import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ModuleDatabases } from '../database/module-databases';
import { Refusal } from '../domain/refusal';
import { findMessage } from '../log/find-message';
import type { Envelope } from '../messages/envelope';
import { envelopeFrom, type StoredEnvelope } from './stored-envelope';

/**
 * Single messages, as an operator sees them. Works on the databases alone, with or without a running process.
 */
@Injectable()
export class MessageOperations {
  constructor(private readonly databases: ModuleDatabases) {}

  /**
   * The message with this id, as it was published: from the logs of the modules at hand, or from what their
   * subscriptions have deferred of others' logs.
   */
  async find(id: string): Promise<Envelope> {
    const databases = this.databases.modules.map((module) => [module, this.databases.of(module)] as const);
    const deferred = await firstOf(databases.map(([, database]) => findDeferred(database, id)));
    const found =
      deferred ?? (await firstOf(databases.map(([module, database]) => findMessage(database, module, id))));
    if (found) return found;
    throw new Refusal(
      'unknown',
      'ops.message-unknown',
      `There is no message ${id} in the logs of ${this.databases.modules.join(', ')}. Ask a process that hosts its module.`,
    );
  }
}

async function findDeferred(database: DataSource, id: string): Promise<Envelope | undefined> {
  const [row]: { envelope: StoredEnvelope }[] = await database.query(
    `select envelope from deferred_messages where envelope ->> 'id' = $1 limit 1`,
    [id],
  );
  return row && envelopeFrom(row.envelope);
}

const firstOf = async <T>(answers: Promise<T | undefined>[]): Promise<T | undefined> =>
  (await Promise.all(answers)).find((answer) => answer !== undefined);
