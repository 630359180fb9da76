import { plantedBugs } from './planted-bugs';
import { provocations } from './provocations';

describe('planted bugs', () => {
  it('all have something that brings them to light', () => {
    expect(provocations.map(({ bug }) => bug.name).sort()).toEqual(
      plantedBugs.map(({ name }) => name).sort(),
    );
  });
});
