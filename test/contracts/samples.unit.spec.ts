import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Contract, declaredContract } from '../../src/platform/messages/contract';
import { readMessage } from '../../src/platform/messages/read-message';
import { classesIn, filesMentioning } from '../../src/platform/topology/source-classes';
import { MODULES } from '../support/modules';
import { sampleOf } from './sample-of';

const ROOT = join(__dirname, '../..');
/** `npm run samples` sets it. */
const WRITES = process.env.SAMPLES === 'write';

const contracts = readdirSync(MODULES)
  .map((module) => join(MODULES, module, 'contracts'))
  .filter(existsSync)
  .flatMap((folder) => filesMentioning(folder, /\b(Event|Command|Query)Contract\b/))
  .flatMap(classesIn)
  .flatMap((type) => declaredContract(type) ?? []);

const fileOf = ({ module, name }: Contract, version: number): string =>
  join(MODULES, module, 'contracts/samples', `${name.split('.')[1]}.v${version}.json`);

/** Every version that was ever published. */
const versions = contracts.flatMap((contract) =>
  Array.from({ length: contract.version }, (_, index): [string, number, Contract] => [
    contract.name,
    index + 1,
    contract,
  ]),
);

describe('The code of today reads a message of', () => {
  it.each(versions)('%s version %i', (name, version, contract) => {
    const file = fileOf(contract, version);
    if (WRITES && !existsSync(file) && version === contract.version) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(sampleOf(contract.type), undefined, 2)}\n`);
    }
    if (!existsSync(file))
      throw new Error(
        `${name} version ${version} has no sample. While it is the current version, write one with: npm run samples. It goes to ${relative(ROOT, file)}, and is never changed.`,
      );
    const data = JSON.parse(readFileSync(file, 'utf8')) as object;
    expect(readMessage({ version, data }, contract)).toBeInstanceOf(contract.type);
  });

  it('no version but those', () => {
    const known = new Set(versions.map(([, version, contract]) => fileOf(contract, version)));
    const samples = [...new Set([...known].map((file) => dirname(file)))].flatMap((folder) =>
      readdirSync(folder).map((name) => join(folder, name)),
    );
    expect(samples.filter((file) => !known.has(file))).toEqual([]);
  });
});
