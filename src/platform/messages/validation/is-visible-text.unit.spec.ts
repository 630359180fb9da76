import { isVisibleText } from './is-visible-text';

describe('text that can be seen', () => {
  it.each(['Ada', 'Zoë Ω', 'ガラス', 'Nguyễn', '👩‍👩‍👧', 'a\u00adb', 'نص', '!', 'e\u0301'])('is %s', (text) => {
    expect(isVisibleText(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['blanks', ' \u00a0\u3000'],
    ['zero-width characters', '\u200b\u200d\ufeff\u2060'],
    ['fillers', '\u3164\u115f\uffa0'],
    ['a blank of Braille', '\u2800'],
    ['a soft hyphen', '\u00ad'],
    ['a mark of no letter', '\u0301'],
    ['directions', '\u202e\u2066'],
    ['a control character among letters', 'a\u0007b'],
    ['a terminal sequence', 'a\u001b[2J'],
    ['a C1 control character', 'a\u009b'],
    ['two lines', 'a\nb'],
    ['two lines of Unicode', 'a\u2028b'],
    ['no text', 5],
  ])('is not %s', (_what, text) => {
    expect(isVisibleText(text)).toBe(false);
  });
});
