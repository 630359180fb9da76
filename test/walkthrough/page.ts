/** A block of commands of a page, and what the page says that they print. */
export interface Step {
  /** Where the block begins, counted from 1. */
  line: number;
  commands: string;
  /** Undefined where the page does not show it. */
  prints: string | undefined;
}

const BLOCK = /^```(\w*)\n([\s\S]*?)^```$/gm;

/**
 * The blocks of a Markdown page that a reader copies into a terminal, in their order: those in `bash`. A
 * block without a language shows what the one before it prints. Other blocks, such as the `sh` that only
 * prepares the machine, are passed over.
 */
export function stepsOf(page: string): Step[] {
  const steps: Step[] = [];
  for (const { 1: language, 2: text, index } of page.matchAll(BLOCK)) {
    const last = steps.at(-1);
    if (language === 'bash')
      steps.push({ line: page.slice(0, index).split('\n').length, commands: text, prints: undefined });
    else if (language === '' && last && last.prints === undefined) last.prints = text;
  }
  return steps;
}
