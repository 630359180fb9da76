import { getMetadataStorage } from 'class-validator';

type Storage = ReturnType<typeof getMetadataStorage>;
type Metadata = ReturnType<Storage['getTargetValidationMetadatas']>;

let remembering = false;

/**
 * class-validator searches the rules of every known class for each object that it validates, though the answer for a class
 * never changes once its decorators have run: a tenth of an order's processor time. From here on it is searched once for each class.
 */
export function rememberValidationMetadata(): void {
  if (remembering) return;
  remembering = true;
  const storage = getMetadataStorage();
  const search = storage.getTargetValidationMetadatas.bind(storage);
  const known = new Map<unknown, Metadata>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (schema || always || strictGroups || (groups && groups.length > 0)) return search(target, schema, always, strictGroups, groups);
    const found = known.get(target) ?? search(target, schema, always, strictGroups, groups);
    known.set(target, found);
    return found;
  };
}
