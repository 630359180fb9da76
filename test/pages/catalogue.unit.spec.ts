import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppModule } from '../../src/app.module';
import { catalogueOf } from '../../src/platform/catalogue/catalogue-of';
import { markdownPages } from '../../src/platform/catalogue/markdown/markdown-pages';
import { expectPage, writesPages } from './expect-page';

const FOLDER = 'docs/catalogue';

describe('docs/catalogue is what the code says; run `npm run docs` when it has changed', () => {
  const pages = markdownPages(catalogueOf(AppModule));

  it.each([...pages])('%s', (name, text) => expectPage(`${FOLDER}/${name}`, text));

  it('has no page of a module that is gone', () => {
    const folder = join(__dirname, '../..', FOLDER);
    const gone = readdirSync(folder).filter((name) => !pages.has(name));
    if (writesPages) for (const name of gone) rmSync(join(folder, name));
    expect(readdirSync(folder).filter((name) => !pages.has(name))).toEqual([]);
  });
});
