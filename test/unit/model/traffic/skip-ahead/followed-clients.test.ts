import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../../../../src/kernel/random.ts';
import { FollowedClients } from '../../../../../src/model/traffic/skip-ahead/followed-clients.ts';

function withClients(...clients: number[]): FollowedClients {
  const followed = new FollowedClients(8);
  for (const client of clients) followed.add(client);
  return followed;
}

const membersOf = (followed: FollowedClients): number[] =>
  Array.from({ length: followed.count }, (_, position) => followed.at(position)).toSorted((a, b) => a - b);

describe('the clients whose requests are followed', () => {
  it('are those that were added and not removed', () => {
    const followed = withClients(1, 4, 6, 7);
    followed.remove(4);
    followed.remove(7);
    expect(membersOf(followed)).toEqual([1, 6]);
    expect([1, 4, 6, 7].map((client) => followed.has(client))).toEqual([true, false, true, false]);
    followed.add(4);
    expect(membersOf(followed)).toEqual([1, 4, 6]);
  });

  it('are followed in a pod’s queue without being drawn', () => {
    const followed = withClients(2, 3, 5);
    followed.enqueue(3);
    expect([followed.has(3), followed.count, followed.queued]).toEqual([true, 2, 1]);
    expect(membersOf(followed)).toEqual([2, 5]);
    followed.dequeue(3);
    expect([followed.has(3), followed.count, followed.queued]).toEqual([true, 3, 0]);
    expect(membersOf(followed)).toEqual([2, 3, 5]);
  });

  it('are drawn each as often', () => {
    const followed = withClients(0, 2, 5, 7);
    followed.remove(0);
    const random = new RandomStreams(1).stream('pick');
    const counts = new Map<number, number>();
    for (let i = 0; i < 3000; i++) {
      const client = followed.pick(random);
      counts.set(client, (counts.get(client) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([2, 5, 7]);
    // Five standard deviations of a binomial count.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});
