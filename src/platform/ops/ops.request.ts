import { IsString, Length, Matches, ValidateIf } from 'class-validator';

const ANY_TEXT = /^[^\0]+$/;

export class SubscriptionPath {
  @IsString()
  @Length(3, 200)
  @Matches(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/, {
    message: 'name must be <module>.<reaction> in lower case',
  })
  readonly name!: string;
}

export class ModulePath {
  @IsString()
  @Length(1, 31)
  @Matches(/^[a-z][a-z0-9-]*$/, { message: 'module must be the name of a module in lower case' })
  readonly module!: string;
}

export class RedriveRequest {
  /** Only this key; every parked key when absent. Null is no key, and does not mean every one. */
  @ValidateIf(({ key }: RedriveRequest) => key !== undefined)
  @IsString()
  @Length(1, 200)
  @Matches(ANY_TEXT)
  readonly key?: string;
}

/** One job, by both fields; every parked job of the module without them. */
export class RedriveJobsRequest {
  @ValidateIf(
    (request: RedriveJobsRequest) => request.type !== undefined || request.idempotencyKey !== undefined,
  )
  @IsString()
  @Length(1, 200)
  @Matches(ANY_TEXT)
  readonly type?: string;

  @ValidateIf(
    (request: RedriveJobsRequest) => request.type !== undefined || request.idempotencyKey !== undefined,
  )
  @IsString()
  @Length(1, 500)
  @Matches(ANY_TEXT)
  readonly idempotencyKey?: string;
}
