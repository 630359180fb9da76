import { Type } from 'class-transformer';
import { IsArray, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import * as fc from 'fast-check';
import { CommandContract, contractOf } from './contract';
import { CommandMessage } from './message';
import { parseMessage, validateMessage } from './validate-message';

class Part {
  @IsUUID()
  readonly partId!: string;
}

@CommandContract('things.do-it', { version: 1 })
class DoIt extends CommandMessage<DoIt> {
  @IsUUID()
  readonly thingId!: string;

  @IsOptional()
  @IsUUID('all', { each: true })
  readonly others?: string[];

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Part)
  readonly parts?: Part[];
}

const contract = contractOf(DoIt);
const ID = '0194abcd-0000-7000-8000-00000000abcd';
/** Every letter in either case, but not all of them small. */
const otherSpelling = fc
  .array(fc.boolean(), { minLength: ID.length, maxLength: ID.length })
  .map((capitals) =>
    [...ID].map((letter, index) => (capitals[index] ? letter.toUpperCase() : letter)).join(''),
  )
  .filter((text) => text !== ID);

describe('An id in a message', () => {
  it('may be sent in lower case only, wherever in the message it stands', () => {
    fc.assert(
      fc.property(otherSpelling, (spelling) => {
        const part = Object.assign(new Part(), { partId: spelling });
        expect(() => validateMessage(new DoIt({ thingId: spelling }), contract)).toThrow(
          'thingId must be a UUID in lower case',
        );
        expect(() => validateMessage(new DoIt({ thingId: ID, others: [ID, spelling] }), contract)).toThrow(
          'others.1 must be',
        );
        expect(() => validateMessage(new DoIt({ thingId: ID, parts: [part] }), contract)).toThrow(
          'parts.0.partId must be',
        );
        expect(() =>
          validateMessage(new DoIt({ thingId: ID, parts: [{ partId: spelling }] }), contract),
        ).toThrow('parts.0.partId must be');
      }),
      { numRuns: 50 },
    );
    expect(() =>
      validateMessage(
        new DoIt({ thingId: ID, others: [ID], parts: [Object.assign(new Part(), { partId: ID })] }),
        contract,
      ),
    ).not.toThrow();
  });

  it('is read in lower case, also where a log or an older process has it in capitals', () => {
    fc.assert(
      fc.property(otherSpelling, (spelling) => {
        const sent = { thingId: spelling, others: [spelling, ID], parts: [{ partId: spelling }] };
        for (const rules of [undefined, 'of an older process']) {
          const read = parseMessage(sent, contract, rules);
          expect(read).toEqual({ thingId: ID, others: [ID, ID], parts: [{ partId: ID }] });
          expect(() => validateMessage(read, contract)).not.toThrow();
        }
        // What was sent belongs to others, such as a page that several consumers share.
        expect(sent).toEqual({ thingId: spelling, others: [spelling, ID], parts: [{ partId: spelling }] });
      }),
      { numRuns: 50 },
    );
  });

  it.each([`{${ID}}`, ID.replaceAll('-', ''), ` ${ID}`, 'x'])('is never %j', (other) => {
    expect(() => parseMessage({ thingId: other }, contract)).toThrow('thingId must be a UUID');
    expect(() => validateMessage(new DoIt({ thingId: other }), contract)).toThrow('thingId must be a UUID');
  });
});
