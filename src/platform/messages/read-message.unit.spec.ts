import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { type Contract, contractOf, EventContract } from './contract';
import { EventMessage } from './message';
import { readMessage, UnknownVersion } from './read-message';
import { missingSteps, Upcaster } from './upcaster';
import { ContractViolation } from './validate-message';
import { rulesFingerprint } from './validation/validation-metadata';

class Weight {
  @IsInt()
  readonly grams!: number;
}

/** Version 1 had pounds, version 2 grams, version 3 has parts. */
@EventContract('things.weighed', { version: 3, readableSince: 2 })
class Weighed extends EventMessage<Weighed> {
  @IsString()
  readonly thing!: string;

  @ValidateNested()
  @Type(() => Weight)
  readonly weight!: Weight;

  @IsOptional()
  @IsString()
  readonly by?: string;
}

/** Twice would be too much. */
@Upcaster('things.weighed', { from: 1, to: 2 })
class WeighedInGrams {
  static upcast({ pounds, ...others }: { pounds: number; thing: string }) {
    if (pounds === 13) throw new RangeError(`no thing weighs ${pounds} pounds`);
    if (pounds === 0) return null as never;
    return { ...others, grams: pounds * 454 };
  }
}

/** Writes into what it gets. */
@Upcaster('things.weighed', { from: 2, to: 3 })
class WeighedInParts {
  static upcast(weighed: { grams?: number; weight?: object }) {
    weighed.weight = { grams: weighed.grams };
    delete weighed.grams;
    return weighed;
  }
}

@EventContract('things.lost', { version: 3 })
class Lost extends EventMessage<Lost> {}

@Upcaster('things.lost', { from: 2, to: 3 })
class LostInVersion3 {
  static upcast = (lost: object) => lost;
}

const contract = contractOf(Weighed);
const pinnedTo = (version: number): Contract => ({ ...contract, version });

describe('A message is read', () => {
  it.each([
    ['of the version before', 2, { thing: 'a', grams: 908 }],
    ['of an older version, step by step', 1, { thing: 'a', pounds: 2 }],
    ['of its own version', 3, { thing: 'a', weight: { grams: 908 } }],
  ])('%s', (_, version, data) => {
    const written = structuredClone(data);
    const read = readMessage({ version, data: written }, contract);
    expect(read).toBeInstanceOf(Weighed);
    expect(read).toEqual({ thing: 'a', weight: { grams: 908 } });
    // It belongs to a page that several consumers share.
    expect(written).toEqual(data);
  });

  it('in its own version by way of its upcasters though it was checked by the very same rules', () => {
    const written = { version: 2, data: { thing: 'a', grams: 908 }, rules: rulesFingerprint() };
    expect(readMessage(written, contract)).toEqual({ thing: 'a', weight: { grams: 908 } });
    const unfit = { version: 2, data: { thing: 'a', grams: 0.5 }, rules: rulesFingerprint() };
    expect(() => readMessage(unfit, contract)).toThrow('weight.grams: grams must be an integer number');
  });

  it('of a later version without what this process does not know, where its sender says that it can', () => {
    const data = { thing: 'a', weight: { grams: 1, unit: 'g' }, place: { aisle: 3 } };
    const read = readMessage({ version: 5, readableSince: 3, data, rules: rulesFingerprint() }, contract);
    expect(read).toBeInstanceOf(Weighed);
    expect(read).toEqual({ thing: 'a', weight: { grams: 1 } });
    expect(data).toHaveProperty('place');
    // What it knows has to fit all the same.
    expect(() => readMessage({ version: 5, readableSince: 3, data: { thing: 1 } }, contract)).toThrow(
      ContractViolation,
    );
    // And a message of its own version has nothing that it does not know.
    expect(() => readMessage({ version: 3, readableSince: 3, data }, contract)).toThrow(
      'property place should not exist',
    );
  });

  it.each([
    [undefined, 4],
    [4, 4],
    [3, 3],
  ])('not of a later version that readers of %s can read', (readableSince, wanted) => {
    const written = { version: 4, readableSince, data: { thing: 'a' } };
    const reading = () => readMessage(written, pinnedTo(2));
    expect(reading).toThrow(UnknownVersion);
    expect(reading).toThrow('it has version 4, which this process does not know yet');
    expect(reading).toThrow(expect.objectContaining({ readableSince: wanted }));
  });

  it('not where an upcaster fails, and the failure keeps its data to itself', () => {
    const reading = (pounds: number) => () =>
      readMessage({ version: 1, data: { thing: 'a', pounds } }, contract);
    expect(reading(13)).toThrow(ContractViolation);
    expect(reading(13)).toThrow('WeighedInGrams from version 1 to 2 failed: RangeError');
    expect(reading(13)).not.toThrow('13');
    expect(reading(0)).toThrow('WeighedInGrams from version 1 to 2 failed: it returned no object');
  });

  it('not where a step is missing', () => {
    expect(missingSteps(contract)).toEqual([]);
    expect(missingSteps(contractOf(Lost))).toEqual([1]);
    expect(readMessage({ version: 2, data: {} }, contractOf(Lost))).toBeInstanceOf(Lost);
    expect(() => readMessage({ version: 1, data: {} }, contractOf(Lost))).toThrow(
      'there is no upcaster from version 1 to 2',
    );
  });
});

describe('An upcaster', () => {
  class Another {
    static upcast = (data: object) => data;
  }

  it.each([
    [2, 1],
    [1, 1],
    [1, 3],
    [0, 1],
    [1.5, 2.5],
  ])('does not lead from %s to %s', (from, to) => {
    expect(() => Upcaster('things.weighed', { from, to })(Another)).toThrow(
      `Another: an upcaster of things.weighed leads from one version to the next, not from ${from} to ${to}`,
    );
  });

  it('is the only one for its step', () => {
    expect(() => Upcaster('things.weighed', { from: 1, to: 2 })(Another)).toThrow(
      'WeighedInGrams and Another are both the upcaster of things.weighed from version 1 to 2',
    );
  });

  it('is of a contract whose readers are of versions that there are', () => {
    for (const readableSince of [0, 3, 1.5])
      expect(() => EventContract('things.found', { version: 2, readableSince })(Another)).toThrow(
        `Another: readableSince must be a version of things.found from 1 to 2, not ${readableSince}`,
      );
  });

  it.each([WeighedInGrams, WeighedInParts, LostInVersion3])('is a class: $name', (type) => {
    expect(type.upcast).toBeInstanceOf(Function);
  });
});
