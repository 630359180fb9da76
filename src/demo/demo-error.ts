/**
 * Something that a person can mend: the message says what is wrong and what to do, and no stack trace is
 * shown with it.
 */
export class DemoError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DemoError';
  }
}
