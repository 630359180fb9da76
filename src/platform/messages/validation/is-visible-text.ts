import { ValidateBy } from 'class-validator';

/** Control characters, and the ends of lines and paragraphs that are none. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;
/**
 * What is drawn: no white space, no mark alone, nothing that a font leaves out (`\p{DI}`: zero-width
 * characters, fillers), no blank Braille.
 */
const VISIBLE = /[^\p{C}\p{Z}\p{M}\p{DI}\u2800]/u;

/** Whether a text is one line that can be seen. */
export const isVisibleText = (text: unknown): boolean =>
  typeof text === 'string' && !CONTROL.test(text) && VISIBLE.test(text);

/**
 * Wants one line of text that people can see. For names and the like in requests: published contracts keep
 * their rules.
 */
export const IsVisibleText = (): PropertyDecorator =>
  ValidateBy(
    { name: 'isVisibleText', validator: { validate: isVisibleText } },
    { message: '$property must be one line of text that can be seen, without control characters' },
  );
