'use strict';
// A reader of the orders log in a process of its own, made from the built application. Tells what it saw when it has read up to the end that it is told.
require('reflect-metadata');
const { join } = require('node:path');
const built = (path) => require(join(__dirname, '../../dist/src/platform', path));
const { buildDataSource } = built('database/data-sources');
const { LogReader } = built('log/log-reader');
const { comparePositions } = built('log/log-position');

process.once('message', async ({ connection, pageSize }) => {
  const database = await buildDataSource(connection, [], {
    poolSize: 2,
    leaseMs: 30_000,
    log: console.error,
  }).initialize();
  const reader = new LogReader('orders', database, { pollMs: [5, 50], tickIntervalMs: 1, cacheSize: 200 });
  let position = await reader.beginning();
  await reader.start();
  let last;
  process.once('message', (end) => (last = { generation: end.generation, tick: BigInt(end.tick), seq: 0n }));
  process.send('reading');
  const seen = [];
  while (!last || comparePositions(position, last) < 0) {
    const page = await reader.read(position, pageSize);
    for (const { subject, keyVersion, id } of page.messages) seen.push({ key: subject, keyVersion, id });
    if (comparePositions(page.end, position) > 0) position = page.end;
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await reader.stop();
  await database.destroy();
  process.send(seen, () => process.exit(0));
});
