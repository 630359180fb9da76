import { getMetadataStorage, type ValidationArguments, ValidationTypes } from 'class-validator';
import { isCanonicalId, UUID_RULE } from './canonical-ids';

type Storage = ReturnType<typeof getMetadataStorage>;
type Metadata = ReturnType<Storage['getTargetValidationMetadatas']>[number];

/** What a property must fulfil; null where only class-validator itself can tell. */
interface PropertyRules {
  name: string;
  applies: readonly ((object: object, value: unknown) => boolean)[];
  constraints: readonly {
    metadata: Metadata;
    validate(value: unknown, about: ValidationArguments): unknown;
  }[];
  nested: boolean;
}

type ClassRules = ReadonlyMap<string, PropertyRules> | null;

const known = new Map<unknown, ClassRules>();

/**
 * True only for an object of which class-validator (with `whitelist` and `forbidNonWhitelisted`) would find
 * nothing wrong, by its own rules and its own functions, without the bookkeeping that its errors need: most
 * objects are valid, and there it is several times faster. Ids have to be in their one spelling as well.
 * False says nothing: ask class-validator, which also knows why.
 */
export function satisfiesRules(object: object): boolean {
  const type: unknown = (Object.getPrototypeOf(object) as { constructor?: unknown } | null)?.constructor;
  const rules = rulesOf(type);
  if (!rules) return false;
  for (const name of Object.keys(object)) if (!rules.has(name)) return false;
  for (const property of rules.values()) {
    const value = (object as Record<string, unknown>)[property.name];
    if (property.applies.every((holds) => holds(object, value)) && !meets(object, value, property))
      return false;
  }
  return true;
}

function meets(object: object, value: unknown, { constraints, nested, name }: PropertyRules): boolean {
  for (const constraint of constraints) {
    const { each, constraints: settings } = constraint.metadata;
    const about = {
      targetName: object.constructor.name,
      property: name,
      object,
      value,
      constraints: settings,
    };
    const values: readonly unknown[] = each && Array.isArray(value) ? value : [value];
    for (const one of values) if (constraint.validate(one, about) !== true) return false;
  }
  if (!nested || value === undefined) return true;
  return Array.isArray(value) ? value.every(isValidPart) : isValidPart(value);
}

const isValidPart = (part: unknown): boolean =>
  typeof part === 'object' && part !== null && !Array.isArray(part) && satisfiesRules(part);

function rulesOf(type: unknown): ClassRules {
  let rules = known.get(type);
  if (rules === undefined) {
    rules = typeof type === 'function' && type !== Object ? collect(type) : null;
    known.set(type, rules);
  }
  return rules;
}

function collect(type: object): ClassRules {
  const storage = getMetadataStorage();
  const grouped = storage.groupByPropertyName(
    storage.getTargetValidationMetadatas(type as never, undefined as never, false, false),
  );
  const rules = new Map<string, PropertyRules>();
  for (const [name, metadata] of Object.entries(grouped)) {
    const property = ofProperty(name, metadata, storage);
    if (!property) return null;
    rules.set(name, property);
  }
  return rules;
}

function ofProperty(name: string, metadata: readonly Metadata[], storage: Storage): PropertyRules | null {
  const applies: PropertyRules['applies'][number][] = [];
  const constraints: PropertyRules['constraints'][number][] = [];
  let nested = false;
  for (const each of metadata) {
    if (each.groups?.length || each.validateIf) return null;
    if (each.type === ValidationTypes.CONDITIONAL_VALIDATION)
      applies.push(each.constraints[0] as PropertyRules['applies'][number]);
    else if (each.type === ValidationTypes.NESTED_VALIDATION) nested = true;
    else if (each.type === ValidationTypes.CUSTOM_VALIDATION || each.type === ValidationTypes.IS_DEFINED) {
      for (const { instance, async } of storage.getTargetValidatorConstraints(each.constraintCls)) {
        if (async) return null;
        const isId = each.name === UUID_RULE;
        constraints.push({
          metadata: each,
          validate: (value, about) =>
            isId && !isCanonicalId(value) ? false : instance.validate(value, about),
        });
      }
    } else if (each.type !== ValidationTypes.WHITELIST) return null;
  }
  return { name, applies, constraints, nested };
}
