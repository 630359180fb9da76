import { Exclude, plainToInstance, Transform, Type } from 'class-transformer';
import { instanceOf } from './instance-of';

class Flat {
  text!: string;
  number!: number | null;
  get double(): number {
    return 2 * (this.number ?? 0);
  }
}

class Part {
  text!: string;
}

class WithPart {
  @Type(() => Part)
  part!: Part;
}

class Trimmed {
  @Transform(({ value }: { value: string }) => value.trim())
  text!: string;
}

class Hiding extends Flat {
  @Exclude()
  secret!: string;
}

class TrimmedToo extends Trimmed {
  number!: number;
}

describe('An instance is made of data as class-transformer makes it', () => {
  const cases: [string, new () => object, object][] = [
    ['flat', Flat, { text: 'a', number: null }],
    ['with more than the class has', Flat, { text: 'a', other: true }],
    ['with a name that the class computes', Flat, { number: 3, double: 7 }],
    ['with a name that every object has', Flat, { constructor: 'a', toString: 'b' }],
    ['with a part of no class', Flat, { text: { nested: [1, { deep: true }] } }],
    ['with a part', WithPart, { part: { text: 'a' } }],
    ['with a missing part', WithPart, {}],
    ['transformed', Trimmed, { text: ' a ' }],
    ['transformed by the class above', TrimmedToo, { text: ' a ', number: 1 }],
    ['hiding something', Hiding, { text: 'a', secret: 'b' }],
    ['with a prototype of its own', Flat, JSON.parse('{"__proto__": {"evil": true}, "text": "a"}') as object],
  ];

  it.each(cases)('%s', (_, type, data) => {
    const made = instanceOf(type, data);
    const expected = plainToInstance(type, data);
    expect(made).toStrictEqual(expected);
    expect(Object.getPrototypeOf(made)).toBe(Object.getPrototypeOf(expected));
    expect((made as { evil?: boolean }).evil).toBeUndefined();
  });

  it('and shares no part with it, so that a handler can change nothing for others', () => {
    const data = { text: ['a'] };
    (instanceOf(Flat, data) as unknown as { text: string[] }).text.push('b');
    expect(data).toEqual({ text: ['a'] });
  });
});
