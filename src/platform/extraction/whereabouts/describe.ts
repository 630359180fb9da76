import type { PlacementState } from '../../placement/placement';
import { notAsked, type Whereabouts } from './whereabouts';

/** What becomes of the module meanwhile. */
const MEANWHILE: Record<PlacementState, string> = {
  active: 'where it goes on',
  leaving: 'whose processes have been asked to let it go',
  fenced: 'where it can only be read',
  moved: 'where it can only be read',
};

/** Where a module lives, and what an interrupted move waits for, for people. */
export function describeWhereabouts(module: string, found: Whereabouts): string {
  switch (found.state) {
    case 'lives':
      return [
        `${module} lives in ${found.in}.`,
        ...(found.alsoEmpty ? [`${found.alsoEmpty} has an empty schema of it.`] : []),
        ...(found.unasked ? [`That is what ${found.in} says. ${notAsked(found.unasked)}`] : []),
      ].join(' ');
    case 'leaving':
      return (
        `${module} is on its way from ${found.from} to ${found.to}, and still lives in ${found.from}, ${MEANWHILE[found.stage]}. ` +
        (found.lost
          ? `${found.to} does not know of that move any more: undo it with --rollback, and begin it again.`
          : `The command that moves it to ${found.to} goes on with it; with --rollback it undoes it.`)
      );
    case 'between':
      return (
        `${found.from} has given ${module} up, and ${found.to} is not open yet: it can be written nowhere. ` +
        `The command that moves it to ${found.to} opens it there. Nothing is lost meanwhile.`
      );
    case 'elsewhere':
      return `${module} lives in ${found.in}, which is another place than these two.`;
    case 'nowhere':
      return `There is nothing of ${module} in either place. Make it with: npm run migrate`;
    case 'unknown':
      return `Where ${module} lives cannot be told. ${found.why}`;
  }
}
