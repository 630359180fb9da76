import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError, ValidatorOptions } from 'class-validator';
import { canonicaliseIds } from '../messages/validation/canonical-ids';
import { satisfiesRules } from '../messages/validation/satisfies-rules';
import { HttpProblem, type ProblemReason } from './http-problem';
import { inheritedNames } from './inherited-names';
import { nestedShapeErrors } from './nested-shape';
import { toPointer } from './payload';
import { rememberValidated } from './validated-request';

/**
 * What a violated class-validator rule says about a request, and the status that follows:
 *
 * | the field ...                                            | code                    | status |
 * |----------------------------------------------------------|-------------------------|--------|
 * | is not known here (`whitelistValidation`)                | `request.field-unknown` | 400    |
 * | is absent or null                                        | `request.field-missing` | 400    |
 * | is of another type: a rule of `TYPES`, or a rule about   | `request.field-type`    | 400    |
 * | text, numbers or lists on something else (`RULES_ABOUT`) |                         |        |
 * | has the right type and a value out of range (the rest)   | `request.field-value`   | 422    |
 *
 * One field of the first three kinds makes the whole request a 400 (`request.malformed`), else it is a 422
 * (`request.out-of-range`). In paths and queries, which are text, every value that is not taken is a
 * `request.field-value` and a 400.
 */
const TYPES = new Set([
  'isDefined',
  'isString',
  'isInt',
  'isNumber',
  'isNumberString',
  'isBoolean',
  'isBooleanString',
  'isArray',
  'isObject',
  'isNotEmptyObject',
  'isInstance',
  'isDate',
  'isDateString',
  'isIso8601',
  'isUuid',
  'isJson',
  'nestedValidation',
  'unknownValue',
]);
const RULES_ABOUT: Readonly<Record<string, ReadonlySet<string>>> = {
  string: new Set([
    'matches',
    'isLength',
    'minLength',
    'maxLength',
    'isEmail',
    'isUrl',
    'isAlpha',
    'isAlphanumeric',
    'isUppercase',
    'isLowercase',
    'isISO4217CurrencyCode',
  ]),
  number: new Set(['min', 'max', 'isPositive', 'isNegative', 'isDivisibleBy']),
};
const LIST_RULES = new Set(['arrayMinSize', 'arrayMaxSize', 'arrayNotEmpty', 'arrayUnique', 'arrayContains']);

/** More reasons than these do not help, and would let a small request cause a large answer. */
const MOST_REASONS = 100;

export const UNKNOWN_FIELD = 'This field is not known here.';

const PLACES: Readonly<Record<string, string>> = { body: 'The body', query: 'The query', param: 'The path' };
/**
 * Here everything is text: whether a value is of another type or out of range is no difference that a client
 * could see.
 */
const TEXT_ONLY = new Set(['query', 'param']);

/**
 * Makes validated instances of the request classes of bodies, queries and paths, their ids in their one
 * spelling; refuses what does not fit, field by field.
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      // Values tell the missing from the mistyped; they are never sent.
      validationError: { target: false, value: true },
      exceptionFactory: (errors) => new ValidationFailure(errors),
    });
  }

  protected override async validate(request: object, options?: ValidatorOptions): Promise<ValidationError[]> {
    canonicaliseIds(request);
    return satisfiesRules(request) ? [] : super.validate(request, options);
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const place = PLACES[metadata.type] ?? 'The request';
    if (metadata.type === 'body' && Array.isArray(value))
      throw new HttpProblem(400, 'request.malformed', 'The body must be a JSON object.');
    // What a decorator of our own makes of a request is not the request.
    const hidden = metadata.type === 'custom' ? [] : inheritedNames(value, metadata.metatype);
    if (hidden.length > 0) throw unknownFields(hidden, place);
    try {
      const request: unknown = await super.transform(value, metadata);
      const errors = typeof request === 'object' && request !== null ? nestedShapeErrors(request) : [];
      if (errors.length > 0) throw new ValidationFailure(errors);
      rememberValidated(value, request);
      return request;
    } catch (error) {
      throw error instanceof ValidationFailure
        ? toValidationProblem(error.errors, place, TEXT_ONLY.has(metadata.type))
        : error;
    }
  }
}

const unknownFields = (paths: readonly (readonly string[])[], place: string): HttpProblem =>
  new HttpProblem(400, 'request.malformed', `${place} is not of the form that is expected here.`, {
    errors: paths
      .slice(0, MOST_REASONS)
      .map((path) => ({ pointer: toPointer(path), code: 'request.field-unknown', message: UNKNOWN_FIELD })),
  });

/** Carries class-validator's errors from Nest's pipe to ours. */
class ValidationFailure extends Error {
  constructor(readonly errors: ValidationError[]) {
    super('The request is not valid.');
  }
}

/** The problem that violated rules amount to. */
export function toValidationProblem(
  errors: readonly ValidationError[],
  place: string,
  isText = false,
): HttpProblem {
  const found = reasonsOf(errors, []);
  const reasons = isText ? found.map((reason) => ({ ...reason, code: inText(reason.code) })) : found;
  const malformed = isText || reasons.some(({ code }) => code !== 'request.field-value');
  const shown = reasons.slice(0, MOST_REASONS);
  const left =
    reasons.length > shown.length ? ` The first ${shown.length} of ${reasons.length} reasons are given.` : '';
  return malformed
    ? new HttpProblem(400, 'request.malformed', `${place} is not of the form that is expected here.${left}`, {
        errors: shown,
      })
    : new HttpProblem(422, 'request.out-of-range', `${place} contains values that are not accepted.${left}`, {
        errors: shown,
      });
}

const inText = (code: string): string => (code === 'request.field-type' ? 'request.field-value' : code);

function reasonsOf(errors: readonly ValidationError[], path: readonly string[]): ProblemReason[] {
  return errors.flatMap((error) => {
    const here = [...path, error.property];
    const own = error.constraints && reasonOf(error, error.constraints, here);
    if (own && own.code !== 'request.field-value') return [own];
    return [...(own ? [own] : []), ...reasonsOf(error.children ?? [], here)];
  });
}

/**
 * One reason for each field: a field of the wrong type breaks its other rules too, which says nothing more.
 */
function reasonOf(
  { value, property }: ValidationError,
  constraints: Record<string, string>,
  path: readonly string[],
): ProblemReason {
  const pointer = toPointer(path);
  if ('whitelistValidation' in constraints)
    return { pointer, code: 'request.field-unknown', message: UNKNOWN_FIELD };
  if (value === undefined || value === null)
    return { pointer, code: 'request.field-missing', message: `${property} is missing` };
  const rules = Object.keys(constraints);
  const ofType = rules.filter((rule) => isAboutType(rule, value));
  const message = (ofType.length > 0 ? ofType : rules).map((rule) => constraints[rule]).join('; ');
  return { pointer, code: ofType.length > 0 ? 'request.field-type' : 'request.field-value', message };
}

function isAboutType(rule: string, value: unknown): boolean {
  if (TYPES.has(rule)) return true;
  if (LIST_RULES.has(rule)) return !Array.isArray(value);
  // A rule with `each` sees the whole list here; what its elements are is said by their type rule.
  return (
    !Array.isArray(value) &&
    Object.entries(RULES_ABOUT).some(([type, rules]) => rules.has(rule) && typeof value !== type)
  );
}
