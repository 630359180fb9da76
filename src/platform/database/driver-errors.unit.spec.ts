import { readFileSync } from 'node:fs';
import { CONNECTION_ERRORS, NO_TLS } from './driver-errors';

const sourceOf = (file: string): string => readFileSync(require.resolve(file), 'utf8');
const versionOf = (name: string): string =>
  (
    JSON.parse(readFileSync(`${__dirname}/../../../node_modules/${name}/package.json`, 'utf8')) as {
      version: string;
    }
  ).version;

/**
 * When this fails after an update: look through the new versions for errors of connections without a code,
 * then change the versions here.
 */
describe('the errors of connections that have no code', () => {
  it('were looked for in these versions of the driver', () => {
    expect(['pg', 'pg-pool', 'typeorm'].map((name) => `${name} ${versionOf(name)}`)).toEqual([
      'pg 8.23.1',
      'pg-pool 3.14.0',
      'typeorm 1.1.1',
    ]);
  });

  it.each([...CONNECTION_ERRORS, NO_TLS])('are said in one of them as "%s"', (text) => {
    const sources = [
      'pg/lib/client.js',
      'pg/lib/connection.js',
      'pg-pool',
      'typeorm/driver/postgres/PostgresDriver.js',
    ].map(sourceOf);
    expect(sources.some((source) => source.includes(`'${text}'`) || source.includes(`"${text}"`))).toBe(true);
  });
});
