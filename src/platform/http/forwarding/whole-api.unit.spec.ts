import { Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { BoundedContext } from '../../bounded-context';
import { openApiDocument } from '../open-api';
import { WholeApi } from './whole-api';

let made = 0;

@Injectable()
class Store {
  constructor() {
    made += 1;
  }
}

@Controller('things')
class ThingsController {
  constructor(readonly store: Store) {
    made += 1;
  }

  @Get(':thingId')
  show(@Param('thingId') thingId: string) {
    return { thingId };
  }
}

@BoundedContext({ name: 'things' })
@Module({ controllers: [ThingsController], providers: [Store] })
class Things {}

@Module({ imports: [Things] })
class Root {}

describe('the API of the whole application', () => {
  it('is described without making anything of it', async () => {
    const document = openApiDocument(await new WholeApi(() => [Root]).describe());
    expect(Object.keys(document.paths)).toEqual(['/things/{thingId}']);
    expect(made).toBe(0);
  });
});
