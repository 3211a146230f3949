import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { WaitingRequests, type WaitingRequest } from '../../../../src/model/traffic/waiting-requests.ts';

const CLIENTS = 3;

function isOld(arrivedMs: number): boolean {
  return arrivedMs < 100;
}

it('keeps each client’s requests in the order in which they came, whatever the others do', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ client: fc.nat(CLIENTS - 1), isAsked: fc.boolean() }), { maxLength: 400 }),
      (steps) => {
        const waiting = new WaitingRequests(CLIENTS);
        const queues: WaitingRequest[][] = Array.from({ length: CLIENTS }, () => []);
        steps.forEach(({ client, isAsked }, step) => {
          const queue = queues[client] as WaitingRequest[];
          // More come than go, so that the places run out.
          if (isAsked || step % 3 > 0) {
            const request = {
              client,
              arrivedMs: step + 0.5,
              deadlineMs: step + 9.5,
              attempts: step % 4,
              user: step - 1,
              fresh: step % 2 === 0,
            };
            queue.push(request);
            waiting.enqueue(request);
          } else if (queue.length > 0) {
            expect(waiting.first(client)).toEqual(queue.shift());
            waiting.dequeue(client);
          }
          expect(waiting.isEmpty(client)).toBe(queue.length === 0);
          expect(waiting.first(client)).toEqual(queue[0]);
        });
        const left = queues.flat();
        expect(waiting.waiting).toBe(left.length);
        expect(waiting.countIf(isOld)).toBe(left.filter(({ arrivedMs }) => isOld(arrivedMs)).length);
      },
    ),
    { seed: 5, numRuns: 100 },
  );
});

it('counts requests between two attempts with those that wait', () => {
  const waiting = new WaitingRequests(CLIENTS);
  const request = { client: 1, arrivedMs: 4, deadlineMs: 9, attempts: 2, user: -1, fresh: true };
  const number = waiting.park(request);
  expect([waiting.isEmpty(1), waiting.isIdle(1), waiting.countIf((ms) => ms === 4)]).toEqual([
    true,
    false,
    1,
  ]);
  expect(waiting.unpark(number)).toEqual(request);
  expect([waiting.isIdle(1), waiting.countIf((ms) => ms === 4)]).toEqual([true, 0]);
});
