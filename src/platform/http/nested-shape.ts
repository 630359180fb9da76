import 'reflect-metadata';
import { getMetadataStorage, ValidationError } from 'class-validator';

interface NestedField {
  name: string;
  list: boolean;
  optional: boolean;
}

const known = new WeakMap<object, NestedField[]>();

/**
 * Closes three holes of `@ValidateNested()`: it takes a list where one object is declared, one object where a
 * list is, and nothing at all where the field is not optional.
 */
export function nestedShapeErrors(instance: object): ValidationError[] {
  return nestedFieldsOf(instance.constructor).flatMap(({ name, list, optional }): ValidationError[] => {
    const value: unknown = Reflect.get(instance, name);
    if (value === undefined || value === null)
      return optional ? [] : [errorOf(name, value, `${name} is missing`)];
    if (list !== Array.isArray(value))
      return [errorOf(name, value, `${name} must be ${list ? 'an array' : 'an object'}`)];
    const children = (Array.isArray(value) ? value : [value]).map(
      (item: unknown, index): ValidationError | undefined => {
        const errors = Array.isArray(item)
          ? []
          : typeof item === 'object' && item !== null
            ? nestedShapeErrors(item)
            : [];
        if (list && Array.isArray(item))
          return errorOf(String(index), item, `${name}/${index} must be an object`);
        return errors.length > 0 ? parentOf(list ? String(index) : name, errors) : undefined;
      },
    );
    const faults = children.filter((child) => child !== undefined);
    if (faults.length === 0) return [];
    return list ? [parentOf(name, faults)] : faults;
  });
}

function nestedFieldsOf(type: object): NestedField[] {
  let fields = known.get(type);
  if (!fields) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(type as () => unknown, '', false, false);
    const optional = new Set(
      rules.filter((rule) => rule.type === 'conditionalValidation').map((rule) => rule.propertyName),
    );
    const prototype = (type as { prototype: object }).prototype;
    fields = rules
      .filter((rule) => rule.type === 'nestedValidation')
      .map(({ propertyName: name, each }) => ({
        name,
        list: each || Reflect.getMetadata('design:type', prototype, name) === Array,
        optional: optional.has(name),
      }));
    known.set(type, fields);
  }
  return fields;
}

const errorOf = (property: string, value: unknown, message: string): ValidationError =>
  Object.assign(new ValidationError(), {
    property,
    value,
    constraints: { nestedValidation: message },
    children: [],
  });

const parentOf = (property: string, children: ValidationError[]): ValidationError =>
  Object.assign(new ValidationError(), { property, children });
