import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sagaDiagram } from '../../../platform/sagas/saga-diagram';
import { fulfilment } from './fulfilment.saga';

const PAGE = 'docs/fulfilment.md';

describe(`the diagram in ${PAGE}`, () => {
  it('is what `npm run ops -- saga-diagram orders.fulfilment` prints: put that there when the process changes', () => {
    const page = readFileSync(join(__dirname, '../../../..', PAGE), 'utf8');
    const diagrams = [...page.matchAll(/```mermaid\n([^]*?)\n```/g)].map(([, diagram]) => diagram);
    expect(diagrams).toEqual([sagaDiagram(fulfilment)]);
  });
});
