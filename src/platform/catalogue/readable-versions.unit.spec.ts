import { type Contract, EventContract, declaredContract } from '../messages/contract';
import { Upcaster } from '../messages/upcaster';
import { readableVersions } from './readable-versions';

@EventContract('readers.kept', { version: 4 })
class Kept {}

@Upcaster('readers.kept', { from: 1, to: 2 })
class KeptInVersion2 {
  static upcast = (data: object): object => data;
}

@Upcaster('readers.kept', { from: 3, to: 4 })
class KeptInVersion4 {
  static upcast = (data: object): object => data;
}

@EventContract('readers.made', { version: 1 })
class Made {}

describe('the versions that a reader reads', () => {
  it('are those from which upcasters lead to its own without a gap', () => {
    expect([KeptInVersion2, KeptInVersion4]).toHaveLength(2);
    expect(readableVersions(declaredContract(Kept) as Contract)).toEqual([3, 4]);
    expect(readableVersions(declaredContract(Made) as Contract)).toEqual([1]);
  });
});
