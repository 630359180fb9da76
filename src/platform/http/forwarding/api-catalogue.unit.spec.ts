import { ConsoleLogger, Controller, Get, Injectable, Logger, Module, Param } from '@nestjs/common';
import { BoundedContext } from '../../hosting/bounded-context';
import { openApiDocument } from '../open-api';
import { OpenApiInfo } from '../open-api-info';
import { ApiCatalogue } from './api-catalogue';

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
    const document = openApiDocument(await new ApiCatalogue(() => [Root]).describe(), new OpenApiInfo());
    expect(Object.keys(document.paths)).toEqual(['/things/{thingId}']);
    expect(made).toBe(0);
  });

  it('leaves the log of the process as it was', async () => {
    const logger = new ConsoleLogger();
    const warn = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    jest.spyOn(logger, 'log').mockImplementation(() => undefined);
    Logger.overrideLogger(logger);
    try {
      await new ApiCatalogue(() => [Root]).describe();
      new Logger('After').warn('heard');
      expect(warn).toHaveBeenCalledWith('heard', 'After');
    } finally {
      Logger.overrideLogger(new ConsoleLogger());
    }
  });
});
