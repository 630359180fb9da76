import { createHash } from 'node:crypto';
import { withReferenceSchema } from '../../provisioning/reference-schema';
import { nameOf, type DatabaseTarget, rowsOf, type Session } from '../../placement/database-target';
import { SCHEMA_OBJECTS, type SchemaObject } from './schema-objects';

/** How a schema differs from what its migrations make. */
export interface SchemaDrift {
  /** Made or changed by no migration: a move would lose it. */
  added: SchemaObject[];
  /** Made by a migration, and taken away since: the new place has it again. */
  missing: SchemaObject[];
}

/** Rows depend on them, so they cannot be left behind. */
const WITH_ROWS = ['table', 'foreign table', 'materialized view', 'column', 'type'];
/** Informative differences without effect. */
const HARMLESS = ['comment'];
/** They change while a module moves. */
const OF_THE_MOVE = ['right', 'publication', 'view of another schema'];

/** As it is said in the plan, and after `--leave`. */
export const calledBy = ({ kind, name }: Pick<SchemaObject, 'kind' | 'name'>): string => `${kind} ${name}`;

/** Everything but rows that a module's schema holds. */
export const objectsIn = (session: Session): Promise<SchemaObject[]> =>
  rowsOf<SchemaObject>(
    session,
    SCHEMA_OBJECTS,
    parametersFor(session.module, session.database, session.module),
  );

/**
 * Compares a schema with what its migrations make of it in the same database, and with what is in the target
 * already. Changes nothing.
 */
export async function driftOf(from: Session, inTarget: readonly SchemaObject[]): Promise<SchemaDrift> {
  const { module, database } = from;
  const made = await withReferenceSchema({ ...database, module }, async (schema, runner) => {
    const objects = (await runner.query(
      SCHEMA_OBJECTS,
      parametersFor(schema, database, module),
    )) as SchemaObject[];
    const asTheModule = (text: string): string => text.replaceAll(schema, module);
    return objects.map(({ kind, name, definition }) => ({
      kind,
      name: asTheModule(name),
      definition: asTheModule(definition),
    }));
  });
  return compareObjects(await objectsIn(from), made, inTarget);
}

/** What is on one side only; what belongs to a thing that is, is not told beside it. */
export function compareObjects(
  found: readonly SchemaObject[],
  made: readonly SchemaObject[],
  inTarget: readonly SchemaObject[] = [],
): SchemaDrift {
  const same = (one: SchemaObject, other: SchemaObject): boolean =>
    calledBy(one) === calledBy(other) && one.definition === other.definition;
  const unknown = found.filter((object) => ![...made, ...inTarget].some((other) => same(object, other)));
  const gone = made.filter((object) => !found.some((other) => calledBy(object) === calledBy(other)));
  const wholes = (objects: readonly SchemaObject[], others: readonly SchemaObject[]): SchemaObject[] => {
    const alone = objects.filter((object) => !others.some((other) => calledBy(object) === calledBy(other)));
    return objects.filter((object) => !alone.some((whole) => whole !== object && belongsTo(object, whole)));
  };
  return { added: wholes(unknown, made), missing: wholes(gone, found) };
}

const belongsTo = ({ kind, name, definition }: SchemaObject, whole: SchemaObject): boolean => {
  if (['table', 'view', 'materialized view', 'foreign table', 'sequence'].includes(whole.kind))
    return (
      name.startsWith(`${whole.name}.`) ||
      name === `on ${whole.name}` ||
      new RegExp(` on ${escaped(whole.name)}( to .*)?$`).test(name) ||
      (['storage parameters', 'row security'].includes(kind) && name === whole.name) ||
      (kind === 'index' && definition.includes(` ON ${whole.name} `)) ||
      (kind === 'index' && definition.includes(`.${whole.name} `)) ||
      (kind === 'sequence' && definition.includes(`of ${whole.name} `))
    );
  return kind === 'right' && name.includes(` on ${whole.kind} ${whole.name} to `);
};

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The obstacles to a move, and notes about the other differences. */
export function judgeDrift(
  { added, missing }: SchemaDrift,
  where: string,
  leave: readonly string[],
): { refusals: string[]; warnings: string[] } {
  const isLeft = (object: SchemaObject): boolean =>
    leave.includes(calledBy(object)) && !WITH_ROWS.includes(object.kind);
  const lost = added.filter((object) => !isLeft(object) && !HARMLESS.includes(object.kind));
  return {
    refusals: [
      ...lost.map(
        (object) =>
          `The ${calledBy(object)} in ${where} is not made by any migration, and would be lost. Make it with a migration of the module's, or take it away` +
          (WITH_ROWS.includes(object.kind) ? '.' : `; or leave it behind: --leave '${calledBy(object)}'`),
      ),
      ...leave
        .filter((called) => !added.some((object) => calledBy(object) === called))
        .map(
          (called) => `There is no "${called}" in ${where} that no migration makes. Take it from --leave.`,
        ),
    ],
    warnings: [
      ...added.filter(isLeft).map((object) => `the ${calledBy(object)} stays behind, as --leave says`),
      ...added
        .filter(({ kind }) => HARMLESS.includes(kind))
        .map((object) => `the ${calledBy(object)} stays behind: no migration makes it`),
      ...missing.map(
        (object) =>
          `the ${calledBy(object)} is missing in ${where}; a migration makes it, so it will be there again`,
      ),
    ],
  };
}

/** What a schema holds, to be compared with later. */
export async function inventoryOf(session: Session): Promise<string[]> {
  return (await objectsIn(session))
    .filter(({ kind }) => !OF_THE_MOVE.includes(kind))
    .map((object) => `${calledBy(object)} ${createHash('md5').update(object.definition).digest('hex')}`);
}

/** Throws when something was made or changed since: nothing of it would arrive. */
export async function requireNothingMade(session: Session, inventory: readonly string[]): Promise<void> {
  const made = (await inventoryOf(session))
    .filter((line) => !inventory.includes(line))
    .map((line) => line.slice(0, line.lastIndexOf(' ')));
  if (made.length === 0) return;
  throw new Error(
    `Since the move began, this was made or changed in ${nameOf(session.database)}, and would be lost: ${made.join(', ')}. ` +
      'Undo the move with --rollback, and begin it again: its plan tells what can be done.',
  );
}

const parametersFor = (
  schema: string,
  { roles }: Pick<DatabaseTarget, 'roles'>,
  module: string,
): string[] => [schema, roles.owner, roles.of(module), roles.auditor];
