import { ApiPropertyOptional } from '@nestjs/swagger';

/** A page of a list in an answer. Extend it by the `items`. */
export class PageView {
  @ApiPropertyOptional({ description: 'The `cursor` of the next page; absent on the last one.' })
  readonly nextCursor?: string;
}
