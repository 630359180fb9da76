import { Injectable } from '@nestjs/common';
import { CodePaths } from './code-paths';

class Opened {}
class Closed {}
class Moved {}
class Cleaned {}

class Door {
  static open(): object {
    return new Opened();
  }

  close(): object {
    return this.closing;
  }

  private get closing(): object {
    return new Closed();
  }
}

const moved = (): object => new Moved();

/** Has a method of the name of the door's, and is injected nowhere here. */
@Injectable()
class Broom {
  close(): object {
    return new Cleaned();
  }
}

abstract class Doors {
  abstract find(): Door;
}

@Injectable()
class OwnDoors extends Doors {
  find(): Door {
    moved();
    return new Door();
  }
}

@Injectable()
class Opener {
  open(): object {
    return Door.open();
  }
}

@Injectable()
class Closer {
  constructor(private readonly doors: Doors) {}

  run(): object {
    const door = this.doors.find();
    return door.close();
  }
}

describe('the paths of code', () => {
  const exported = [Door, moved, Broom, Doors, OwnDoors, Opener, Closer];
  const paths = new CodePaths([{ path: 'doors.ts', exported }], [Broom, OwnDoors, Opener, Closer]);
  const madeFrom = (type: { name: string }): string[] =>
    [...paths.madeFrom(type)].filter((name) => name !== 'Door').sort();

  it('lead through classes and their own members', () => {
    expect(madeFrom(Opener)).toEqual(['Opened']);
  });

  it('lead through what is injected, by its type, and through objects, by the names of their methods', () => {
    expect(madeFrom(Closer)).toEqual(['Closed', 'Moved']);
  });
});
