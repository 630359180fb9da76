import { ApiClient } from './api-client';
import { Operators } from './operators';

const URLS = ['http://127.0.0.1:1', 'http://127.0.0.1:2', 'http://127.0.0.1:3'];

describe('the operators of several processes', () => {
  afterEach(() => jest.restoreAllMocks());

  /** What each process answers, and which of them was asked for what. */
  function answering(answers: readonly object[]): string[] {
    const asked: string[] = [];
    const apis: ApiClient[] = [];
    jest.spyOn(ApiClient.prototype, 'get').mockImplementation(async function (this: ApiClient, path: string) {
      if (!apis.includes(this)) apis.push(this);
      const index = apis.indexOf(this);
      asked.push(`${index} ${path}`);
      return answers[index];
    });
    return asked;
  }

  async function ask(...answers: object[]): Promise<unknown> {
    const asked = answering(answers);
    const operators = new Operators(URLS.slice(0, answers.length));
    const answer = await operators.get('/ops/api/pending-work');
    operators.close();
    expect(asked).toEqual(answers.map((_, index) => `${index} /ops/api/pending-work`));
    return answer;
  }

  it.each([[0], [1], [2]])('are at rest only when all are: process %i is not', async (busy) => {
    const answers = URLS.map((_, index) => ({ quiescent: index !== busy, lag: index + 1 }));
    expect(await ask(...answers)).toEqual({ quiescent: false, lag: 6 });
  });

  it('are at rest when all of them are', async () => {
    expect(await ask({ quiescent: true, lag: 0 }, { quiescent: true, lag: 0 })).toEqual({
      quiescent: true,
      lag: 0,
    });
  });

  it('are not at rest when one of them does not say so', async () => {
    expect(await ask({ quiescent: true }, {}, { quiescent: true })).toEqual({ quiescent: false });
  });

  it('of one process say what it says', async () => {
    expect(await ask({ quiescent: true, lag: 4 })).toEqual({ quiescent: true, lag: 4 });
  });

  it('close the connections to all of them', () => {
    const closed: ApiClient[] = [];
    jest.spyOn(ApiClient.prototype, 'close').mockImplementation(function (this: ApiClient) {
      closed.push(this);
    });
    new Operators(URLS).close();
    expect(new Set(closed).size).toBe(3);
  });
});
