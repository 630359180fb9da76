import { ApiClient } from './api-client';
import { Operators } from './operators';

describe('the operators of several processes', () => {
  afterEach(() => jest.restoreAllMocks());

  it('add up what their modules count, and are at rest when all of them are', async () => {
    const answers = [
      { atRest: true, lag: 0 },
      { atRest: false, lag: 3 },
      { atRest: true, lag: 2 },
    ];
    const get = jest.spyOn(ApiClient.prototype, 'get').mockImplementation(async () => answers[get.mock.calls.length - 1]);
    const operators = new Operators(['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3']);
    expect(await operators.get('/ops/api/at-rest')).toEqual({ atRest: false, lag: 5 });
    operators.close();
  });
});
