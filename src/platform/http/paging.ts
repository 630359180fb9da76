import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { fingerprintOf } from './fingerprint';
import { HttpProblem } from './http-problem';

/** One page of a list. `nextCursor` is absent on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

const CURSOR_LENGTH = 1_000;
const WHOLE_NUMBER = /^-?[0-9]{1,9}$/;

/** Which page of a list is asked for. Extend it to add filters: a route has one query class. */
export class PageRequest {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit: number = 50;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(CURSOR_LENGTH)
  readonly cursor?: string;
}

/** Makes an opaque cursor of the sort key of the last row shown. */
export const encodeCursor = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The sort key in a cursor. A cursor that is not one of ours is answered with 400. */
export function decodeCursor(cursor: string): (string | number)[] {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || !parts.every(isPart)) throw malformed();
  return parts;
}

/**
 * Stands for the filters and the sort of a list, as plain JSON, in its cursors: put it into the sort key of a
 * list that has several.
 */
export const cursorMark = (asked: object): string => fingerprintOf(asked).slice(0, 16);

/**
 * Answers a cursor that has another mark, or none, with 400: it would leave out or repeat what it does not
 * know of.
 */
export function requireMark(given: string | number | undefined, mark: string): void {
  if (given !== mark) throw ofAnotherList();
}

/**
 * Makes a page of rows read with `limit + 1`: the row too many proves that there is a next page.
 * `sortKey` is what `decodeCursor` gives back for the next one.
 */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  sortKey: (row: T) => readonly (string | number)[],
): Page<T> {
  const items = rows.slice(0, limit);
  return rows.length > limit
    ? { items, nextCursor: encodeCursor(sortKey(items[items.length - 1])) }
    : { items };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw malformed();
  }
}

const isPart = (part: unknown): part is string | number =>
  Number.isFinite(part) || (typeof part === 'string' && !/\0|\p{Surrogate}/u.test(part));

const ofAnotherList = (): HttpProblem =>
  new HttpProblem(
    400,
    'request.cursor-of-another-list',
    'The cursor goes on with a list of other filters or in another order. Send those of the page before, or start without a cursor.',
    {
      errors: [
        {
          pointer: '/cursor',
          code: 'request.field-value',
          message: 'cursor must be the nextCursor of a page of this list',
        },
      ],
    },
  );

const malformed = (): HttpProblem =>
  new HttpProblem(
    400,
    'request.cursor-malformed',
    'The cursor is not one of this API. Start without a cursor.',
    {
      errors: [
        {
          pointer: '/cursor',
          code: 'request.field-value',
          message: 'cursor must be the nextCursor of the page before',
        },
      ],
    },
  );
