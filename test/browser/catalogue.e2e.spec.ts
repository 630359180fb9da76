import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module';
import { type Browser, describeWithBrowser, startBrowser, type Tab } from '../support/browser';
import { catalogueUnderTest } from '../support/catalogue-under-test';
import { eventually } from '../support/eventually';

const PAGES = [
  '/catalogue',
  '/catalogue/modules/orders',
  '/catalogue/messages/orders.order-placed',
  '/catalogue/subscriptions/orders.fulfilment',
];
const PHONE = { width: 360, height: 700, deviceScaleFactor: 2, mobile: true };

describeWithBrowser('the catalogue in a browser', () => {
  let app: NestExpressApplication;
  let browser: Browser;
  let tab: Tab;
  let origin: string;

  beforeAll(async () => {
    app = await catalogueUnderTest(AppModule);
    origin = await app.getUrl();
    browser = await startBrowser();
    ({ tab } = browser);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const shown = (): Promise<string[]> =>
    tab.value(
      `[...document.querySelectorAll('.entries li:not([hidden]) a')].map((link) => link.textContent)`,
    );

  it.each(PAGES)('%s asks no other host, and nothing of it is refused', async (path) => {
    await tab.open(origin + path);
    expect(await tab.value('getComputedStyle(document.body).margin')).toBe('0px');
    const away = tab.requests.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith('data:'));
    expect({ away, complaints: tab.complaints }).toEqual({ away: [], complaints: [] });
  });

  it('is searched and walked through by keyboard alone', async () => {
    await tab.open(`${origin}/catalogue`);
    const all = await shown();
    expect(all.length).toBeGreaterThan(80);
    await tab.press('/');
    await tab.type('order placed');
    await eventually(async () => expect(await shown()).toEqual(['orders.order-placed']));
    expect(await tab.value('location.search')).toBe('?q=order%20placed');
    await tab.press('ArrowDown');
    expect(await tab.value('document.activeElement.textContent')).toBe('orders.order-placed');
    await tab.press('ArrowUp');
    expect(await tab.value('document.activeElement.id')).toBe('search');
    await tab.press('ArrowDown');
    await tab.loading(() => tab.press('Enter'));
    expect(await tab.value('location.pathname')).toBe('/catalogue/messages/orders.order-placed');
    expect(await tab.value(`document.querySelector('h1').textContent`)).toContain('orders.order-placed');
  });

  it('draws the states of a saga, each in its box', async () => {
    await tab.open(`${origin}/catalogue/subscriptions/orders.fulfilment`);
    const boxes = await tab.value<{ label: string; inside: boolean }[]>(`
      [...document.querySelectorAll('.drawing .box')].map((box) => {
        const [frame, text] = [box.querySelector('rect').getBBox(), box.querySelector('text').getBBox()];
        return {
          label: box.textContent.trim(),
          inside: text.x >= frame.x && text.x + text.width <= frame.x + frame.width && text.y >= frame.y,
        };
      })`);
    expect(boxes.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['start', 'awaiting-credit', 'completed']),
    );
    expect(boxes.filter(({ inside }) => !inside)).toEqual([]);
  });

  it('is light or dark as its reader is, and can be read in both', async () => {
    const ratioIn = async (value: string): Promise<{ ground: string; ratio: number }> => {
      await tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
      await tab.open(`${origin}/catalogue`);
      return tab.value(`(() => {
        const { color, backgroundColor } = getComputedStyle(document.body);
        const light = (text) => {
          const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((part) => {
            const share = part / 255;
            return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const [one, other] = [light(color), light(backgroundColor)].sort((a, b) => b - a);
        return { ground: backgroundColor, ratio: (one + 0.05) / (other + 0.05) };
      })()`);
    };
    const light = await ratioIn('light');
    const dark = await ratioIn('dark');
    expect(light.ground).not.toBe(dark.ground);
    for (const { ratio } of [light, dark]) expect(ratio).toBeGreaterThan(7);
  });

  it.each(PAGES)('%s fits a phone', async (path) => {
    await tab.send('Emulation.setDeviceMetricsOverride', PHONE);
    await tab.open(origin + path);
    expect(await tab.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    await tab.send('Emulation.clearDeviceMetricsOverride');
  });
});
