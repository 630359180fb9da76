import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * With the generation before the number, the index could also find the rows of a transaction, by reading the
 * whole generation, and was taken for that in plans that were made while the log was short.
 */
export class IndexNumbersAlone implements MigrationInterface {
  name = 'IndexNumbersAlone0000000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index outbox_seq');
    // Generations are partitions, so that each has an index of its own.
    await runner.query('create index outbox_seq on outbox (seq)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index outbox_seq');
    await runner.query('create index outbox_seq on outbox (generation, seq)');
  }
}
