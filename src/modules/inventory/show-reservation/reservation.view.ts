import { ApiProperty } from '@nestjs/swagger';
import { RESERVATION_STATES } from '../domain/reservation';

export class ItemQuantityView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty({ type: 'integer' })
  readonly quantity!: number;
}

export class ReturnedGoodsView {
  @ApiProperty({ format: 'uuid' })
  readonly returnId!: string;

  @ApiProperty({ type: [ItemQuantityView] })
  readonly lines!: ItemQuantityView[];
}

/** What is or was set aside for an order, as the API shows it. */
export class ReservationView {
  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({ enum: RESERVATION_STATES, description: '`forestalled`: released before it was asked for.' })
  readonly state!: string;

  @ApiProperty({
    type: [ItemQuantityView],
    description: 'One entry per item; none when nothing was ever set aside.',
  })
  readonly lines!: ItemQuantityView[];

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The shipment that it left with.',
  })
  readonly shipmentId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'What became of its shipment where it did not arrive: `lost`, or `returned`, and then its goods are back on the shelf.',
  })
  readonly parcel!: string | null;

  @ApiProperty({ type: [ReturnedGoodsView] })
  readonly returns!: ReturnedGoodsView[];
}
