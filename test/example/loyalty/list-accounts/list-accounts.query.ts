import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../../../../src/platform/http/paging';
import { QueryContract } from '../../../../src/platform/messaging/contract';
import { QueryMessage } from '../../../../src/platform/messaging/message';

export class PointsAccountView {
  @ApiProperty({ format: 'uuid' })
  readonly customerId!: string;

  @ApiProperty({ type: 'integer' })
  readonly balance!: number;
}

export class PointsAccountPageView {
  @ApiProperty({ type: [PointsAccountView] })
  readonly items!: PointsAccountView[];

  @ApiPropertyOptional({ description: 'The `cursor` of the next page; absent on the last one.' })
  readonly nextCursor?: string;
}

/** A page of accounts by customer. Asked by this module's own API only, so it is no contract of `contracts/`. */
@QueryContract('loyalty.list-accounts', { version: 1 })
export class ListAccounts extends QueryMessage<ListAccounts, Page<PointsAccountView>> {
  @IsInt()
  @Min(1)
  @Max(200)
  readonly limit!: number;

  @IsOptional()
  @IsString()
  @MaxLength(1000)
  readonly cursor?: string;
}
