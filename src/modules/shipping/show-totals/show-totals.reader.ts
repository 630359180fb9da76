import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/index';
import type { ShipmentState } from '../domain/shipment';
import type { ShipmentTotalsView } from './totals.view';

/** Reads how many shipments there are in each state. */
@Injectable()
export class ShowShipmentTotalsReader {
  constructor(private readonly work: UnitOfWork) {}

  async read(): Promise<ShipmentTotalsView> {
    const rows = await this.work.read('shipping', () =>
      this.work.manager.query<{ state: ShipmentState; count: number }[]>(
        'select state, count(*)::int as count from shipments group by state',
      ),
    );
    const counts = new Map(rows.map(({ state, count }) => [state, count]));
    const of = (state: ShipmentState): number => counts.get(state) ?? 0;
    return {
      prepared: of('prepared'),
      dispatched: of('dispatched'),
      delivered: of('delivered'),
      refused: of('refused'),
      lost: of('lost'),
      returned: of('returned'),
      cancelled: of('cancelled'),
      failed: of('failed'),
    };
  }
}
