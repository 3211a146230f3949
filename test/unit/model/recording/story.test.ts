import { describe, expect, it } from 'vitest';
import type { FailureEvent } from '../../../../src/model/data-plane.ts';
import { PodHistories } from '../../../../src/model/recording/pod-history.ts';
import { tellFailedRequest } from '../../../../src/model/recording/story.ts';
import { Timeline } from '../../../../src/model/timeline.ts';
import type { FailedRequest, TimelineEvent } from '../../../../src/record.ts';

const FAILURE: FailureEvent = {
  class: 'refused',
  mechanism: 'listener-closed',
  client: 2,
  clientNode: 1,
  pod: 0,
  reusedConnection: false,
  connectionOpenedMs: 500,
  attempts: 1,
  arrivedMs: 500,
  sentMs: 500,
  endedMs: 501,
  queuedMs: 0,
};

type Note = Pick<TimelineEvent, 'timeMs' | 'kind'> & Partial<TimelineEvent>;

function tell(failure: Partial<FailureEvent>, notes: readonly Note[] = []): FailedRequest {
  let nowMs = 0;
  const timeline = new Timeline(() => nowMs);
  const histories = new PodHistories(timeline);
  for (const { timeMs, kind, node, detail } of notes) {
    nowMs = timeMs;
    timeline.note(kind, 'pod/web-0', {
      ...(node === undefined ? {} : { node }),
      ...(detail === undefined ? {} : { detail }),
    });
  }
  const event = { ...FAILURE, ...failure };
  const known = event.pod >= 0;
  return tellFailedRequest(
    { ordinal: 3, failure: event, cause: { rule: 'R-SRV-5', where: [] } },
    {
      clientName: (client) => `client-${client + 1}`,
      nodeName: (node) => `worker-${node + 1}`,
      served: known ? ({ index: 0, pod: { name: 'web-0', nodeName: 'worker-1' } } as never) : undefined,
      history: known ? histories.of('web-0') : null,
    },
  );
}

const textsOf = ({ story }: FailedRequest): string[] => story.map(({ timeMs, text }) => `${timeMs} ${text}`);

describe('tellFailedRequest', () => {
  it('names who and where, and carries the cause', () => {
    expect(tell({})).toMatchObject({
      ordinal: 3,
      rule: 'R-SRV-5',
      class: 'refused',
      client: 'client-3',
      clientNode: 'worker-2',
      pod: 'web-0',
      podNode: 'worker-1',
      connection: 'new',
      attempts: 1,
    });
    expect(tell({ pod: -1, mechanism: 'no-endpoints' })).toMatchObject({ pod: null, podNode: null });
    expect(tell({ reusedConnection: true }).connection).toBe('reused');
  });

  it('puts what happened to the pod and to the request into one order of time', () => {
    const told = tell({}, [
      { timeMs: -5000, kind: 'listener-open' },
      { timeMs: 100, kind: 'pod-terminating' },
      { timeMs: 150, kind: 'sigterm' },
      { timeMs: 150, kind: 'signal', detail: 'TERM' },
      { timeMs: 160, kind: 'listener-closed' },
      { timeMs: 170, kind: 'container-exited' },
      { timeMs: 450, kind: 'endpoint-withdrawn', node: 'worker-1' },
      { timeMs: 900, kind: 'endpoint-withdrawn', node: 'worker-2' },
      { timeMs: 950, kind: 'pod-gone' },
    ]);
    expect(textsOf(told)).toEqual([
      '-5000 pod web-0 has long been listening',
      '100 pod web-0 is deleted (its deletion timestamp is set)',
      '150 pod web-0 gets SIGTERM',
      '160 pod web-0 closes its listener',
      '170 pod web-0 has exited',
      '500 a request arrives at client-3 on worker-2',
      '500 client-3 on worker-2 opens a new connection; its proxy picks pod web-0',
      '501 it fails: refused (nothing listens on the port any more, or not yet)',
      '900 pod web-0 is withdrawn by the proxy of worker-2',
    ]);
  });

  it('tells a hook’s signal from the kubelet’s own', () => {
    const told = tell({ endedMs: 9000 }, [
      { timeMs: 100, kind: 'listener-open' },
      { timeMs: 200, kind: 'signal', detail: 'TERM' },
      { timeMs: 300, kind: 'sigterm' },
      { timeMs: 300, kind: 'signal', detail: 'TERM' },
      { timeMs: 400, kind: 'sigkill' },
      { timeMs: 400, kind: 'signal', detail: 'KILL' },
    ]);
    expect(textsOf(told).filter((text) => text.includes('SIG'))).toEqual([
      '200 pod web-0 gets SIGTERM from its preStop hook',
      '300 pod web-0 gets SIGTERM',
      '400 pod web-0 gets SIGKILL',
    ]);
  });

  it('does not take the kubelet’s signal to an earlier process for a hook’s', () => {
    const told = tell({ endedMs: 9000 }, [
      { timeMs: 100, kind: 'listener-open' },
      { timeMs: 200, kind: 'sigterm' },
      { timeMs: 200, kind: 'signal', detail: 'TERM' },
      { timeMs: 300, kind: 'container-exited' },
      { timeMs: 400, kind: 'listener-open' },
      { timeMs: 500, kind: 'signal', detail: 'TERM' },
    ]);
    expect(textsOf(told).filter((text) => text.includes('SIG'))).toEqual([
      '200 pod web-0 gets SIGTERM',
      '500 pod web-0 gets SIGTERM from its preStop hook',
    ]);
  });

  it('opens a new connection when it was opened, not when the request went out on it', () => {
    const told = tell({ connectionOpenedMs: 500, sentMs: 540, endedMs: 560, class: 'reset' });
    expect(textsOf(told)[1]).toBe(
      '500 client-3 on worker-2 opens a new connection; its proxy picks pod web-0',
    );
  });

  it('tells a kept-alive connection from its opening on', () => {
    const texts = textsOf(
      tell({ reusedConnection: true, connectionOpenedMs: 20, sentMs: 502, endedMs: 503 }),
    );
    expect(texts[0]).toBe('20 client-3 on worker-2 opens the connection to pod web-0');
    expect(texts[2]).toBe('502 it is sent to pod web-0 on that kept-alive connection');
  });

  it('says that no endpoint was there to pick', () => {
    const texts = textsOf(tell({ pod: -1, mechanism: 'no-endpoints' }));
    expect(texts[1]).toBe('500 client-3 on worker-2 opens a new connection; its proxy picks none');
  });

  it('says that a request waited for a connection in vain', () => {
    const waited = { pod: -1, connectionOpenedMs: 2500, sentMs: 2500, endedMs: 2500 } as const;
    const texts = textsOf(tell({ ...waited, mechanism: 'deadline', class: 'request-timeout' }));
    expect(texts).toEqual([
      '500 a request arrives at client-3 on worker-2',
      '500 it waits: every connection of its client is busy',
      '2500 it fails: request-timeout (no answer before the client’s deadline)',
    ]);
  });

  it('tells of further attempts and of the queue', () => {
    const told = tell({ attempts: 3, queuedMs: 1234.4, sentMs: 700, connectionOpenedMs: 700, endedMs: 2700 });
    expect(textsOf(told)).toContain('700 this is attempt 3');
    expect(textsOf(told)).toContain('700 a worker would be free for it after 1234 ms');
  });
});
