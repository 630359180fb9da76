import { settingsOf } from '../../../../test/support/settings-of';
import { Money } from '../../../platform/domain/money';
import { PaymentsSettings } from '../payments.settings';
import type { ProviderCall } from './payment-provider';
import { SimulatedPaymentProvider } from './simulated-payment-provider';

const provider = (environment: Record<string, string> = {}): SimulatedPaymentProvider =>
  new SimulatedPaymentProvider(settingsOf(PaymentsSettings, environment));
const call = (idempotencyKey: string, signal = new AbortController().signal): ProviderCall => ({
  idempotencyKey,
  signal,
});
const request = (amount: number) => ({ orderId: 'order', amount: Money.of(amount, 'GBP') });

describe('the simulated payment provider', () => {
  it.each([13, 63, 113, 150_013])('declines %i', async (amount) => {
    await expect(provider().authorise(request(amount), call('key'))).resolves.toEqual({
      outcome: 'declined',
      reason: 'declined-by-provider',
    });
  });

  it.each([0, 12, 14, 50, 150_000])('authorises %i', async (amount) => {
    await expect(provider().authorise(request(amount), call('key'))).resolves.toMatchObject({
      outcome: 'authorised',
    });
  });

  it('answers the same key the same, also after a restart', async () => {
    const simulator = provider();
    const first = await simulator.authorise(request(100), call('key'));
    expect(await simulator.authorise(request(113), call('key'))).toEqual(first);
    expect(await provider().authorise(request(100), call('key'))).toEqual(first);
    expect(await simulator.authorise(request(100), call('other'))).not.toEqual(first);
  });

  it('fails by configuration', async () => {
    await expect(
      provider({ PAYMENT_SIMULATOR_FAILURE_RATE: '1' }).capture(
        { authorisationId: 'a', amount: Money.of(1, 'GBP') },
        call('key'),
      ),
    ).rejects.toThrow('simulated');
  });

  it('times out by configuration: it never answers, and heeds the signal', async () => {
    const deadline = new AbortController();
    const answer = provider({ PAYMENT_SIMULATOR_TIMEOUT_RATE: '1' }).void(
      { authorisationId: 'a' },
      call('key', deadline.signal),
    );
    deadline.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });
});
