import {
  compareSchemas,
  type Difference,
  isCompatible,
  type Mode,
  MODES,
} from '../../schema-compatibility/compare-schemas';
import { type JsonSchema, SchemaError } from '../../schema-compatibility/json-schema';
import { JSON_OPTION, WrongUse } from '../command';
import { short, table } from '../table';
import type { ContractsCommand } from './contracts-command';
import { readSchema } from './read-schema';

const MAX_POINTER = 80;

export const diff: ContractsCommand = {
  name: 'diff',
  summary: 'whether two versions of a JSON Schema can read one another’s messages, and every difference',
  parameters: [{ name: 'OLD.json' }, { name: 'NEW.json' }],
  options: {
    mode: {
      value: 'backward|forward|full',
      summary:
        'backward (the default): the newer reads older messages; forward: the older reads newer ones; full: both',
    },
    retired: {
      value: 'NAME[,NAME]',
      summary: 'names that the contract had before, alone or as pointers such as /properties/note',
    },
    ...JSON_OPTION,
  },
  run: async ({ parameters: [olderFile, newerFile], value, flag }, { print }) => {
    const mode = modeOf(value('mode'));
    const retired = new Set((value('retired') ?? '').split(',').filter((name) => name !== ''));
    const [older, newer] = [readSchema(olderFile), readSchema(newerFile)];
    check(older, olderFile);
    check(newer, newerFile);
    const differences = compareSchemas(older, newer, mode, { retired });
    const compatible = isCompatible(differences);
    const lines = flag('json')
      ? [JSON.stringify({ mode, compatible, differences }, undefined, 2)]
      : page(mode, differences);
    for (const line of lines) print(line);
    return compatible;
  },
};

function modeOf(text = 'backward'): Mode {
  const mode = MODES.find((known) => known === text);
  if (mode) return mode;
  throw new WrongUse(`--mode ${text}: there is no such mode. Write backward, forward or full.`);
}

/** Names the file of what is no schema. */
function check(schema: JsonSchema, file: string): void {
  try {
    compareSchemas(schema, schema, 'full');
  } catch (error) {
    if (error instanceof SchemaError) throw new WrongUse(`${file} holds no JSON Schema. ${error.message}.`);
    throw error;
  }
}

const BROKEN = { backward: 'readers of old messages', forward: 'old readers of new messages' } as const;

function page(mode: Mode, differences: readonly Difference[]): string[] {
  const breaking = differences.filter(({ isIncompatible }) => isIncompatible);
  const verdict = breaking.length === 0 ? 'Compatible' : 'Not compatible';
  const counts = `${differences.length} differences, ${breaking.length} of them breaking`;
  const lines = [`${verdict} (${mode}): ${differences.length === 0 ? 'no differences' : counts}.`];
  if (differences.length === 0) return lines;
  const rows = differences.map(({ pointer, what, breaks }) => [
    pointer === '' ? '(root)' : short(pointer, MAX_POINTER),
    breaks.length === 0 ? 'nothing' : breaks.map((direction) => BROKEN[direction]).join(', '),
    short(what, MAX_POINTER),
  ]);
  lines.push('', ...table(['WHERE', 'BREAKS', 'WHAT'], rows));
  for (const { pointer, reasons, wayOut } of breaking)
    lines.push(
      '',
      pointer === '' ? '(root)' : short(pointer, MAX_POINTER),
      ...reasons.map((reason) => `  ${reason}`),
      `  way out: ${wayOut}`,
    );
  return lines;
}
