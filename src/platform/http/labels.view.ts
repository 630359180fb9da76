import { ApiProperty } from '@nestjs/swagger';
import type { Labels } from '../domain/labels';

/** What a client has attached to a resource, as answers show it. Extend it. */
export class LabelsView implements Labels {
  @ApiProperty({ type: String, nullable: true, description: 'The number that the client gave it.' })
  readonly externalReference!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What the client keeps with it.',
  })
  readonly metadata!: Labels['metadata'];
}
