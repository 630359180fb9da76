import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, IsUUID, Length, Matches, ValidateIf } from 'class-validator';

const ANY_TEXT = /^[^\0]+$/;

export class SubscriptionPath {
  @ApiProperty({ example: 'shipping.keep-address-book', minLength: 3, maxLength: 200 })
  @IsString()
  @Length(3, 200)
  @Matches(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/, {
    message: 'name must be <module>.<reaction> in lower case',
  })
  readonly name!: string;
}

export class MessagePath {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  readonly messageId!: string;
}

export class ModulePath {
  @ApiProperty({ example: 'payments', maxLength: 31 })
  @IsString()
  @Length(1, 31)
  @Matches(/^[a-z][a-z0-9-]*$/, { message: 'module must be the name of a module in lower case' })
  readonly module!: string;
}

export class RedriveRequest {
  /** Null is no key, and does not mean every one. */
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 200,
    description: 'Only this key; every parked key where it is absent.',
  })
  @ValidateIf(({ key }: RedriveRequest) => key !== undefined)
  @IsString()
  @Length(1, 200)
  @Matches(ANY_TEXT)
  readonly key?: string;
}

/** One job, by both fields; every parked job of the module without them. */
export class RedriveJobsRequest {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 200,
    description:
      'With `idempotencyKey`: only this job; every parked job of the module where both are absent.',
  })
  @ValidateIf(
    (request: RedriveJobsRequest) => request.type !== undefined || request.idempotencyKey !== undefined,
  )
  @IsString()
  @Length(1, 200)
  @Matches(ANY_TEXT)
  readonly type?: string;

  @ApiPropertyOptional({ minLength: 1, maxLength: 500 })
  @ValidateIf(
    (request: RedriveJobsRequest) => request.type !== undefined || request.idempotencyKey !== undefined,
  )
  @IsString()
  @Length(1, 500)
  @Matches(ANY_TEXT)
  readonly idempotencyKey?: string;
}
