import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A tick and what it lets be read, with one answer: between a commit and its handlers lies this one
 * statement, and a second one takes as long again. A function, because its statements see what the ones
 * before have done and what was committed meanwhile. With the caller's rights: the tick itself is taken by
 * `take_tick`, which has its own.
 */
export class ReadWithTheTick implements MigrationInterface {
  name = 'ReadWithTheTick0000000000030';

  async up(runner: QueryRunner): Promise<void> {
    // Arguments: where the caller stands, and the most messages and bytes of their data that it takes; the
    // message that reaches them is the last one. Each row tells the tick; one without a message where there
    // is none.
    await runner.query(`
      create function tick_and_read(after_generation int, after_tick bigint, most bigint, most_bytes bigint)
      returns table (current_generation int, current_tick bigint, taken_at text, mark text, written bigint, flushed bigint,
                     tick bigint, seq bigint, id uuid, kind text, aggregatetype text, aggregateid text, type text, version int,
                     payload text, headers jsonb, lane smallint, key_version bigint, created_ms float8, bytes_so_far bigint)
      language plpgsql
      as $function$
      #variable_conflict use_column
      begin
        select * into current_generation, current_tick, taken_at, mark, written, flushed from take_tick();
        bytes_so_far := 0;
        for tick, seq, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version, created_ms in
          select * from read_windows(after_generation, after_tick, null, 0, most)
        loop
          bytes_so_far := bytes_so_far + octet_length(payload);
          return next;
          exit when bytes_so_far >= most_bytes;
        end loop;
        if id is null then
          return next;
        end if;
      end
      $function$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function tick_and_read(int, bigint, bigint, bigint)');
  }
}
