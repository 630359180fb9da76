import { brokenVersions, type BrokenVersion } from '../../schema-compatibility/check-versions';
import { MODES } from '../../schema-compatibility/compare-schemas';
import { SchemaError } from '../../schema-compatibility/json-schema';
import { topologyOf } from '../../topology/topology';
import { JSON_OPTION, WrongUse } from '../command';
import type { ContractsCommand } from './contracts-command';
import { readersOf } from './readers-of';
import { schemasAt, schemasIn } from './schemas-at';

export const check: ContractsCommand = {
  name: 'check',
  summary: 'whether every published version of every contract is still kept, and who would be hit if not',
  options: {
    against: {
      value: 'COMMIT',
      summary: 'the commit or branch whose contracts are published; HEAD by default',
    },
    mode: {
      value: 'backward|forward|full',
      summary: 'what the changed schema of a published version must keep; full by default',
    },
    ...JSON_OPTION,
  },
  run: async ({ flag, value }, { root, folder, print }) => {
    const mode = MODES.find((known) => known === (value('mode') ?? 'full'));
    if (!mode)
      throw new WrongUse(`--mode ${value('mode')}: there is no such mode. Write backward, forward or full.`);
    const published = schemasAt(folder, value('against') ?? 'HEAD');
    const broken = broke(() => brokenVersions(published, schemasIn(folder), () => mode));
    const topology = topologyOf(root);
    const facts = broken.map((one) => ({ ...one, readers: readersOf(topology, one.contract) }));
    const compatible = broken.length === 0;
    if (flag('json'))
      print(JSON.stringify({ published: published.length, compatible, broken: facts }, undefined, 2));
    else if (compatible) print(`The ${published.length} published schemas are kept.`);
    else for (const line of facts.flatMap(page)) print(line);
    return compatible;
  },
};

function broke(find: () => BrokenVersion[]): BrokenVersion[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof SchemaError) throw new WrongUse(`A contract's schema is none. ${error.message}.`);
    throw error;
  }
}

function page(one: BrokenVersion & { readers: string[] }): string[] {
  const what = `${one.contract} v${one.version}${one.isAnswer ? ' (its answer)' : ''}`;
  const hit =
    one.readers.length > 0
      ? `  hits ${one.readers.join(', ')}`
      : '  hits no reader of this application; others may read it';
  if (one.gone)
    return [
      `${what} is published and no longer there`,
      hit,
      '  way out: keep its schema, as stored messages of it are read, or restore the file from git',
    ];
  return [
    `${what} is published and was changed`,
    hit,
    ...one.differences.flatMap(({ pointer, what: change, reasons, wayOut }) => [
      `  ${pointer === '' ? '(root)' : pointer}: ${change}`,
      ...reasons.map((reason) => `    ${reason}`),
      `    way out: ${wayOut}`,
    ]),
  ];
}
