import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import * as fc from 'fast-check';
import { satisfiesRules } from './satisfies-rules';

class Part {
  @IsString() @Length(1, 5) @Matches(/^[a-z]+$/) readonly code!: string;
  @IsInt() @Min(1) @Max(9) readonly quantity!: number;
  @IsOptional() @IsBoolean() readonly tracked?: boolean;
}

class Whole {
  @IsUUID() readonly id!: string;
  @IsIn(['a', 'b']) readonly kind!: string;
  @IsDefined() @ValidateNested() @Type(() => Part) readonly main!: Part;
  @IsArray() @ArrayMaxSize(3) @ValidateNested({ each: true }) @Type(() => Part) readonly parts!: Part[];
  @IsOptional() @IsString({ each: true }) readonly notes?: string[];
  @ValidateIf((whole: Whole) => whole.kind === 'b') @IsInt() readonly onlyForB?: number;
}

class Grouped {
  @IsString({ groups: ['some'] }) readonly name!: string;
}

const OPTIONS = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };
const isValid = (object: object): boolean => validateSync(object, OPTIONS).length === 0;

const id = '01940000-0000-7000-8000-000000000001';
const part = { code: 'abc', quantity: 3 };
const whole = { id, kind: 'a', main: part, parts: [part, { ...part, tracked: true }] };

describe('satisfiesRules', () => {
  it.each<[string, object]>([
    ['every rule is met', whole],
    ['optional fields are there', { ...whole, notes: ['x', 'y'], main: { ...part, tracked: false } }],
    ['a condition asks for a field that is there', { ...whole, kind: 'b', onlyForB: 1 }],
    ['a condition asks for nothing', { ...whole, onlyForB: 'anything' }],
    ['a list is empty', { ...whole, parts: [] }],
  ])('is true when %s', (_, plain) => {
    const object = plainToInstance(Whole, plain);
    expect([satisfiesRules(object), isValid(object)]).toEqual([true, true]);
  });

  it.each<[string, object]>([
    ['a field is missing', { ...whole, id: undefined }],
    ['a field is unknown', { ...whole, more: 1 }],
    ['a part is wrong', { ...whole, parts: [part, { ...part, quantity: 10 }] }],
    ['a part has an unknown field', { ...whole, parts: [{ ...part, more: 1 }] }],
    ['a part is missing', { ...whole, main: undefined }],
    ['a part is null', { ...whole, main: null }],
    ['a part is no object', { ...whole, parts: ['part'] }],
    ['a list is no list', { ...whole, parts: part }],
    ['a list is too long', { ...whole, parts: [part, part, part, part] }],
    ['one of a list is of another type', { ...whole, notes: ['x', 1] }],
    ['a condition asks for a field that is not there', { ...whole, kind: 'b' }],
  ])('is false when %s', (_, plain) => {
    const object = plainToInstance(Whole, plain);
    expect([satisfiesRules(object), isValid(object)]).toEqual([false, false]);
  });

  it('leaves to class-validator what only that can tell', () => {
    expect(satisfiesRules(Object.assign(new Grouped(), { name: 'x' }))).toBe(false);
    expect(satisfiesRules({ plain: true })).toBe(false);
    expect(satisfiesRules(Object.create(null) as object)).toBe(false);
  });

  it('never accepts what class-validator refuses', () => {
    const anyPart = fc.record(
      {
        code: fc.oneof(fc.constantFrom('abc', 'x', 'TOO', 'toolong', ''), fc.anything()),
        quantity: fc.oneof(fc.integer({ min: -1, max: 11 }), fc.anything()),
        tracked: fc.oneof(fc.boolean(), fc.anything()),
        more: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const anyWhole = fc.record(
      {
        id: fc.oneof(fc.constant(id), fc.anything()),
        kind: fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.anything()),
        main: fc.oneof(fc.constant(part), anyPart, fc.anything()),
        parts: fc.oneof(fc.array(fc.oneof(fc.constant(part), anyPart), { maxLength: 4 }), fc.anything()),
        notes: fc.oneof(fc.array(fc.oneof(fc.string(), fc.anything())), fc.anything()),
        onlyForB: fc.oneof(fc.integer(), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anyWhole, (plain) => {
        const object = plainToInstance(Whole, plain);
        return !satisfiesRules(object) || isValid(object);
      }),
      { numRuns: 2_000 },
    );
  });
});
