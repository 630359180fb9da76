import { SettingsError, type Environment } from './env-reader';
import type { ModuleEnv, ModuleSettings } from './module-settings';
import { describedVariables, readSettings } from './settings';

class LoyaltySettings {
  readonly perOrder: number;
  readonly mail: string | undefined;
  readonly paused: boolean;

  constructor(env: ModuleEnv) {
    this.perOrder = env.integer('LOYALTY_POINTS', {
      min: 1,
      max: 100,
      fallback: 10,
      meaning: 'points for an order',
    });
    this.mail = env.url('LOYALTY_MAIL_URL', { fallback: undefined, meaning: 'where mails go' });
    this.paused = env.flag('LOYALTY_PAUSED', { fallback: false, meaning: 'give none' });
  }
}

const OWNERS = [{ name: 'orders' }, { name: 'loyalty', settings: LoyaltySettings }];
const read = (environment: Environment) => readSettings(environment, OWNERS).modules.get(LoyaltySettings);
const reading = (variable: string): ModuleSettings =>
  class {
    constructor(env: ModuleEnv) {
      env.text(variable, { fallback: '', meaning: 'anything' });
    }
  };

describe("a module's own settings", () => {
  it('have defaults, and are read with those of the platform', () => {
    expect(read({})).toEqual({ perOrder: 10, mail: undefined, paused: false });
    expect(read({ LOYALTY_POINTS: '5', LOYALTY_MAIL_URL: 'https://mail', LOYALTY_PAUSED: 'yes' })).toEqual({
      perOrder: 5,
      mail: 'https://mail',
      paused: true,
    });
  });

  it('are reported together with everything else that is wrong', () => {
    const wrong = { PORT: '70000', LOYALTY_POINTS: '0', LOYALTY_MAIL_URL: 'mail' };
    expect(() => read(wrong)).toThrow(SettingsError);
    expect(() => read(wrong)).toThrow(
      /- PORT must .*\n.*- LOYALTY_POINTS must be a whole number from 1 to 100.*\n.*- LOYALTY_MAIL_URL must be the URL/,
    );
  });

  it('are not looked at where another process hosts the module', () => {
    expect(readSettings({ MODULES: 'orders', LOYALTY_POINTS: '0' }, OWNERS).modules.size).toBe(0);
    expect(() => readSettings({ MODULES: 'orders,loyalty', LOYALTY_POINTS: '0' }, OWNERS)).toThrow(
      'LOYALTY_POINTS',
    );
  });

  it('belong to one reader', () => {
    expect(() => readSettings({}, [{ name: 'loyalty', settings: reading('PORT') }])).toThrow(
      'The module "loyalty" reads the variable PORT, and the platform reads it already. A variable belongs to one of them: choose a name that begins with the module\'s.',
    );
    const [first, second] = [reading('SHARED'), reading('SHARED')];
    expect(() =>
      readSettings({}, [
        { name: 'a', settings: first },
        { name: 'b', settings: second },
      ]),
    ).toThrow('the module "a" reads it already');
  });

  it('tell of themselves', () => {
    expect(describedVariables(OWNERS)).toEqual([
      { name: 'LOYALTY_POINTS', module: 'loyalty', fallback: '10', meaning: 'points for an order' },
      { name: 'LOYALTY_MAIL_URL', module: 'loyalty', fallback: 'none', meaning: 'where mails go' },
      { name: 'LOYALTY_PAUSED', module: 'loyalty', fallback: 'false', meaning: 'give none' },
    ]);
  });
});
