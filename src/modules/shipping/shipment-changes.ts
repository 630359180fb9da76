import { Injectable } from '@nestjs/common';
import { type Command, CommandBus } from '@nestjs/cqrs';
import type { Response } from 'express';
import { Idempotency, type IdempotencyContext, setETag } from '../../platform/http';
import type { ShipmentVersionView } from './shipment-version.view';

/** A command that changes one shipment. */
type ShipmentChange = Command<{ version: number }> & { readonly shipmentId: string };

/** Answers requests that change a shipment. */
@Injectable()
export class ShipmentChanges {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Has the command done once, and answers with the version that the shipment is at then, which is its ETag.
   */
  async answer(
    change: ShipmentChange,
    context: IdempotencyContext,
    response: Response,
  ): Promise<ShipmentVersionView> {
    const { version } = await this.idempotency.once(context, () => this.commands.execute(change));
    setETag(response, version);
    return { shipmentId: change.shipmentId, version };
  }
}
