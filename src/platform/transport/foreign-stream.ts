import { beginGenerationHint } from '../log/position-beyond-log';

/**
 * What the stream holds is not what the log of its module holds: one of the two is another one's. It waits
 * for an operator.
 */
export class ForeignStream extends Error {
  constructor(module: string, what: string) {
    super(
      `the stream ${what}: the database of "${module}" was replaced, or restored to an earlier state, beside a broker that kept its messages. ` +
        beginGenerationHint(module),
    );
    this.name = 'ForeignStream';
  }
}
