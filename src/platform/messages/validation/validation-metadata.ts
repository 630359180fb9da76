import { createHash } from 'node:crypto';
import { getMetadataStorage } from 'class-validator';

type Storage = ReturnType<typeof getMetadataStorage>;
type Metadata = ReturnType<Storage['getTargetValidationMetadatas']>;
type ValidationMetadata = Metadata[number];

let fingerprint: string | undefined;
let remembering = false;

/**
 * class-validator searches the rules of every known class for each object that it validates, though the
 * answer for a class never changes once its decorators have run: a tenth of an order's processor time. From
 * here on it is searched once for each class.
 */
export function rememberValidationMetadata(): void {
  if (remembering) return;
  remembering = true;
  const storage = getMetadataStorage();
  const search = storage.getTargetValidationMetadatas.bind(storage);
  const known = new Map<unknown, Map<unknown, Metadata>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (always || strictGroups || (groups && groups.length > 0))
      return search(target, schema, always, strictGroups, groups);
    // For a nested object the schema is the name of the class around it.
    const ofTarget = known.get(target) ?? new Map<unknown, Metadata>();
    known.set(target, ofTarget);
    const found = ofTarget.get(schema) ?? search(target, schema, always, strictGroups, groups);
    ofTarget.set(schema, found);
    return found;
  };
}

/**
 * Stands for all rules of all classes in this process. What was checked by a process with the same rules need
 * not be checked again; taken at the first call, when all classes are known.
 */
export function rulesFingerprint(): string {
  if (fingerprint) return fingerprint;
  // The rule that stands in no class's metadata: ids have one spelling.
  const rules: string[] = ['isUuid lower case'];
  const classes = (
    getMetadataStorage() as unknown as { validationMetadatas: Map<unknown, ValidationMetadata[]> }
  ).validationMetadatas;
  for (const [target, metadata] of classes) {
    for (const { propertyName, type, name, constraints, each, groups } of metadata) {
      rules.push(
        [nameOf(target), propertyName, type, name, textOf(constraints), each, textOf(groups)].join(' '),
      );
    }
  }
  fingerprint = createHash('sha256').update(rules.sort().join('\n')).digest('hex').slice(0, 12);
  return fingerprint;
}

const nameOf = (target: unknown): string => (typeof target === 'function' ? target.name : String(target));
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part instanceof RegExp || typeof part === 'function' ? String(part) : part,
  );
