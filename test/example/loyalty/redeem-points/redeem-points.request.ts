import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsUUID, Max, Min } from 'class-validator';

/** The account named in a path. */
export class PointsAccountPath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  readonly customerId!: string;
}

export class RedeemPointsRequest {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1_000_000 })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly points!: number;
}

/** What is left. */
export class PointsBalanceView {
  @ApiProperty({ type: 'integer' })
  readonly balance!: number;
}
