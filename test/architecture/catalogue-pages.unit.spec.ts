import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { AppModule } from '../../src/app.module';
import { catalogueUnderTest } from '../support/catalogue-under-test';
import type { Catalogue } from '../../src/platform/catalogue/catalogue';
import { catalogueOf } from '../../src/platform/catalogue/catalogue-of';
import { html } from '../../src/platform/catalogue/pages/html';
import { CataloguePages } from '../../src/platform/catalogue/pages/pages';

/** What a page would do with each text of the catalogue if it did not escape it. */
const EVIL = `<img src=x onerror=alert(1)>"'&`;

describe('the pages of the catalogue', () => {
  let app: NestExpressApplication;

  beforeAll(async () => {
    app = await catalogueUnderTest(AppModule);
  });
  afterAll(() => app.close());

  const get = (path: string) => request(app.getHttpServer()).get(path);

  it('lead to one another, and nowhere else', async () => {
    const open = ['/catalogue'];
    const seen = new Set(open);
    const broken: string[] = [];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const { status, text } = await get(path);
      if (status !== 200) broken.push(path);
      for (const [, link] of text.matchAll(/(?:href|src|action)="([^"]*)"/g)) {
        if (/^(#|data:,$)/.test(link) || seen.has(link) || link === '/docs') continue;
        seen.add(link);
        if (/^\/catalogue(\/|\.json$|$)/.test(link)) open.push(link);
        else broken.push(link);
      }
    }
    expect(broken).toEqual([]);
    expect(seen.size).toBeGreaterThan(80);
  });

  it('have the same as JSON, for all modules', async () => {
    const { body } = await get('/catalogue.json').expect(200);
    expect(body).toEqual(catalogueOf(AppModule));
  });

  it('hold no script and no style that the policy of the edge refuses', async () => {
    const { text, headers } = await get('/catalogue/subscriptions/orders.fulfilment').expect(200);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
  });

  it('escape every text that comes from code', () => {
    const evil = JSON.parse(JSON.stringify(catalogueOf(AppModule)), (key, value: unknown) =>
      typeof value === 'string' && !['kind', 'id', 'from', 'to', 'startAt'].includes(key)
        ? `${value}${EVIL}`
        : value,
    ) as Catalogue;
    const pages = new CataloguePages(evil);
    const shown = [
      pages.index(EVIL),
      pages.nothing(EVIL, []),
      ...evil.modules.map(({ name }) => pages.module(name)),
      ...evil.messages.map(({ name }) => pages.message(name)),
      ...evil.subscriptions.map(({ name }) => pages.subscription(name)),
      ...evil.jobs.map(({ name }) => pages.job(name)),
    ];
    expect(shown.filter((page) => page === undefined)).toEqual([]);
    expect(shown.filter((page) => page!.includes('<img'))).toEqual([]);
    expect(shown.every((page) => page!.includes('&lt;img'))).toBe(true);
  });

  it('are searched without a script, too', async () => {
    const { text } = await get('/catalogue?q=order+placed').expect(200);
    const visible = [...text.matchAll(/<li\s+data-text="[^"]*"\s*>\s*<a href="([^"]*)"/g)].map(
      ([, path]) => path,
    );
    expect(visible).toEqual(['/catalogue/messages/orders.order-placed']);
  });

  it('say what is near to a name that nothing has', async () => {
    const page = await get('/catalogue/messages/orders.order-place').set('Accept', 'text/html').expect(404);
    expect(page.text).toContain('href="/catalogue/messages/orders.order-placed"');
    const problem = await get('/catalogue/messages/orders.order-place').expect(404);
    expect(problem.body).toMatchObject({ code: 'catalogue.unknown' });
    expect((problem.body as { detail: string }).detail).toContain('orders.order-placed');
  });
});

describe('html', () => {
  it('escapes what is put into it, and lets its own stand', () => {
    expect(
      html`<p title="${'"\'&'}">${'<b>'}${html`<i>${1}</i>`}${[null, false, undefined, 'x']}</p>`.text,
    ).toBe('<p title="&quot;&#39;&amp;">&lt;b&gt;<i>1</i>x</p>');
  });
});
