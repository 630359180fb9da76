import { describeWithNats } from '../../support/nats-server';
import { calm } from '../faults/calm';
import { type SetStage, setStage } from '../set-stage';
import { stopClusters } from '../stage/shared-clusters';
import { playTrial } from '../trial';
import { allChecks } from './all-checks';

/**
 * Done one after the other to the database that shipping lives in, each with a word that the finding of it
 * must say.
 */
const DAMAGE: readonly { what: string; sql: string; found: RegExp }[] = [
  {
    what: 'a message of the moving log that is gone',
    sql: `delete from shipping.outbox where type = 'shipping.shipment-delivered' and seq = (select max(seq) from shipping.outbox where type = 'shipping.shipment-delivered')`,
    found: /^I2: message .* was published and is not in the log of shipping$/m,
  },
  {
    what: 'a version of a key that was left out',
    sql: `update shipping.outbox set key_version = key_version + 5 where type = 'shipping.shipment-delivered' and seq = (select max(seq) from shipping.outbox where type = 'shipping.shipment-delivered')`,
    found: /^I2: the versions of .* in the log of shipping are /m,
  },
  {
    what: 'a message that was published in both places',
    sql: `insert into rig.ledger select * from rig.ledger limit 1`,
    found: /^I3: message .* was published 2 times$/m,
  },
  {
    what: 'an effect that was made twice',
    sql: `insert into rig.effects (subscription, key, mark) select subscription, key, mark from rig.effects where subscription = 'shipping.keep-address-book' order by seq desc limit 1`,
    found: /^I3: shipping.keep-address-book made 2 effects of 1 messages/m,
  },
  {
    what: 'a parcel that is still on its way',
    sql: `update shipping.shipments set state = 'dispatched', delivered_at = null where state = 'delivered'`,
    found: /^I4: order .* is completed with 0 delivered parcels$/m,
  },
];

describeWithNats('The checks of the fault suite, where shipping has moved to another server', () => {
  let set: SetStage;

  beforeAll(async () => {
    set = await setStage({}, 'shipping-moving');
  });
  afterAll(async () => {
    await set?.stage.clear();
    await stopClusters();
  });

  const findings = async (): Promise<string> => {
    const found: string[] = [];
    for (const { invariant, find } of allChecks)
      found.push(...(await find(set.stage, set.record)).map((what) => `${invariant}: ${what}`));
    return found.join('\n');
  };

  it('find nothing where nothing is broken', async () => {
    const { violations } = await playTrial({ set, fault: calm, seed: 5, trial: 0 });
    expect(violations).toEqual([]);
  });

  it.each(DAMAGE)('find $what', async ({ sql, found }) => {
    expect(await findings()).not.toMatch(found);
    const away = set.stage.places[1];
    await away.ask(sql);
    expect(await findings()).toMatch(found);
  });
});
