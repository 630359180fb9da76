import { settingsOf } from '../../../../test/support/settings-of';
import { AuthoriseWithProvider } from '../authorise-payment/authorise-with-provider.job';
import { CaptureWithProvider } from '../capture-payment/capture-with-provider.job';
import { PaymentsSettings } from '../payments.settings';
import { RefundWithProvider } from '../refund-payment/refund-with-provider.job';
import { VoidWithProvider } from '../void-payment/void-with-provider.job';

describe('a call to the payment provider', () => {
  it.each([AuthoriseWithProvider, CaptureWithProvider, VoidWithProvider, RefundWithProvider])(
    'may take as long as is set: %p',
    (job) => {
      const settings = settingsOf(PaymentsSettings, {
        PAYMENT_ATTEMPT_MS: '60000',
        PAYMENT_LONGEST_REST_MS: '1000',
        PAYMENT_CONCURRENCY: '3',
      });
      const unused = {} as never;
      expect(new job(unused, unused, unused, settings, unused)).toMatchObject({
        timeoutMs: 60_000,
        longestRestMs: 1_000,
        concurrency: 3,
      });
    },
  );
});
