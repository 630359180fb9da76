import { escapeIdentifier } from 'pg';
import { withClient } from '../../src/platform/database/admin-client';
import { KEYS } from '../harness/message';

const PER_WINDOW = 1_000;
const WINDOWS_PER_STATEMENT = 100;
const FILLER_BYTES = 192;

/**
 * Puts messages into a module's log as if they had been published long ago, in windows that ticks close, by
 * SQL alone: a million takes seconds. The log must have no reader meanwhile.
 */
export async function fillLog(
  url: string,
  module: string,
  count: number,
  progress: (filled: number) => void,
): Promise<void> {
  await withClient(url, 'benchmark filling', async (client) => {
    await client.query(`set search_path = ${escapeIdentifier(module)}`);
    for (let from = 0; from < count; from += WINDOWS_PER_STATEMENT * PER_WINDOW) {
      progress(from);
      await client.query(fillWindows(from, Math.min(count, from + WINDOWS_PER_STATEMENT * PER_WINDOW)));
    }
    await client.query('vacuum analyze');
  });
}

/**
 * `do` takes no parameters; these are numbers of our own. The snapshot of a tick must be that of a later
 * transaction.
 */
const fillWindows = (from: number, to: number): string => `
  do $do$
  begin
    for beginning in ${from} .. ${to - 1} by ${PER_WINDOW} loop
      insert into outbox (generation, id, kind, aggregatetype, aggregateid, type, version, payload, headers, lane, key_version)
        select (select generation from log_head), uuidv7(), 'event', 'account', m.key::text, 'bench.published', 1,
          jsonb_build_object('number', m.number, 'key', m.key, 'sequence', m.number / ${KEYS} + 1,
                             'filler', repeat(md5(m.number::text), ${FILLER_BYTES / 32})),
          jsonb_build_object('correlationId', uuidv7()), get_byte(decode(md5(m.key::text), 'hex'), 0), m.number / ${KEYS} + 1
        from (select number, number % ${KEYS} as key
              from generate_series(beginning, least(beginning + ${PER_WINDOW}, ${to}) - 1) as number) m
        order by m.number;
      commit;
      perform take_tick();
      commit;
    end loop;
  end
  $do$`;
