import { ApiProperty } from '@nestjs/swagger';
import { PageView } from '../../platform/http';
import { SHIPMENT_STATES, type Shipment } from './domain/shipment';

export class ShipmentLineView {
  @ApiProperty({ example: '85123A' })
  readonly itemId!: string;

  @ApiProperty({ type: 'integer' })
  readonly quantity!: number;
}

/** What shipping copied from the customer when it packed the parcel. */
export class ShipmentAddressView {
  @ApiProperty({ required: false })
  readonly recipient?: string;

  @ApiProperty({ required: false })
  readonly line1?: string;

  @ApiProperty({ required: false })
  readonly line2?: string;

  @ApiProperty({ required: false })
  readonly city?: string;

  @ApiProperty({ required: false })
  readonly postalCode?: string;

  @ApiProperty()
  readonly country!: string;
}

/** A shipment as the API shows it. */
export class ShipmentView {
  @ApiProperty({ format: 'uuid' })
  readonly shipmentId!: string;

  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Unknown when it was cancelled before it was asked for.',
  })
  readonly customerId!: string | null;

  @ApiProperty({ enum: SHIPMENT_STATES })
  readonly state!: string;

  @ApiProperty({ type: [ShipmentLineView] })
  readonly lines!: ShipmentLineView[];

  @ApiProperty({ type: ShipmentAddressView, nullable: true })
  readonly address!: ShipmentAddressView | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly dispatchedAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly deliveredAt!: Date | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When something was last reported of it; unknown before it leaves. After too long a silence it counts as lost.',
  })
  readonly heardAt!: Date | null;

  @ApiProperty({ type: 'integer' })
  readonly version!: number;

  static of({
    shipmentId,
    orderId,
    customerId,
    state,
    lines,
    address,
    createdAt,
    dispatchedAt,
    deliveredAt,
    heardAt,
    version,
  }: Shipment): ShipmentView {
    return {
      shipmentId,
      orderId,
      customerId,
      state,
      lines,
      address,
      createdAt,
      dispatchedAt,
      deliveredAt,
      heardAt,
      version,
    };
  }
}

/** A page of shipments. */
export class ShipmentPageView extends PageView {
  @ApiProperty({ type: [ShipmentView] })
  readonly items!: ShipmentView[];
}
