import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsUUID } from 'class-validator';
import { IsInstant, IsLaterThan } from '../../../platform/contracts';
import { IsOptionalReference, PageRequest } from '../../../platform/http';
import { ORDER_STATES, type OrderState } from '../domain/order-state';
import { MOST_COUNTED, ORDER_SORTS, type OrderSort } from './order-list';

/** A parameter that is given several times comes as a list, given once as a text. */
const asList = (value: unknown): unknown =>
  value === undefined || value === null ? undefined : [...new Set([value].flat())];
const asBoolean = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value);

export class ListOrdersRequest extends PageRequest {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  readonly customerId?: string;

  @ApiPropertyOptional({
    enum: ORDER_STATES,
    isArray: true,
    description: 'Repeat it for several: `state=completed&state=rejected`.',
  })
  @Transform(({ value }: { value: unknown }) => asList(value))
  @IsOptional()
  @IsIn(ORDER_STATES, { each: true })
  readonly state?: OrderState[];

  @ApiPropertyOptional({
    description:
      'Orders placed at this moment or later: a day (`2026-01-31`, from midnight UTC) or a moment (`2026-01-31T09:30:00Z`).',
    example: '2026-01-01',
  })
  @IsOptional()
  @IsInstant()
  readonly placedFrom?: string;

  @ApiPropertyOptional({
    description:
      'Orders placed before this moment, which is later than `placedFrom`. January is `placedFrom=2026-01-01&placedTo=2026-02-01`.',
    example: '2026-02-01',
  })
  @IsOptional()
  @IsInstant()
  @IsLaterThan('placedFrom')
  readonly placedTo?: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 100,
    description: 'The order that has this number, if there is one.',
  })
  @IsOptionalReference()
  readonly externalReference?: string;

  @ApiPropertyOptional({
    enum: ORDER_SORTS,
    default: '-placedAt',
    description: '`-placedAt` shows the newest first, `placedAt` the oldest.',
  })
  @IsIn(ORDER_SORTS)
  readonly sort: OrderSort = '-placedAt';

  @ApiPropertyOptional({
    type: 'boolean',
    default: false,
    description: `Says also how many orders there are on all pages, counted up to ${MOST_COUNTED.toLocaleString('en')}.`,
  })
  @Transform(({ value }: { value: unknown }) => asBoolean(value))
  @IsBoolean()
  readonly count: boolean = false;
}
