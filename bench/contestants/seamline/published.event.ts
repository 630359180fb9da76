import { IsInt, IsString, MaxLength, Min } from 'class-validator';
import { EventContract } from '../../../src/platform/messages/contract';
import { EventMessage } from '../../../src/platform/messages/message';

/** What the benchmarks publish. */
@EventContract('bench.published', { version: 1 })
export class Published extends EventMessage<Published> {
  @IsInt()
  @Min(0)
  readonly number!: number;

  @IsInt()
  @Min(0)
  readonly key!: number;

  @IsInt()
  @Min(1)
  readonly sequence!: number;

  @IsString()
  @MaxLength(2_000)
  readonly filler!: string;
}
