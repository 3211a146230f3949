import { describe, expect, it } from 'vitest';
import {
  PodHistories,
  signalledByHook,
  type PodHistory,
} from '../../../../src/model/recording/pod-history.ts';
import { Timeline } from '../../../../src/model/timeline.ts';
import type { TimelineEventKind } from '../../../../src/record.ts';

/** A pod's history after events at 1, 2, 3 … ms. */
function after(...kinds: readonly TimelineEventKind[]): PodHistory {
  let nowMs = 0;
  const timeline = new Timeline(() => nowMs);
  const histories = new PodHistories(timeline);
  for (const kind of kinds) {
    nowMs++;
    timeline.note(kind, 'pod/web-0');
    timeline.note(kind, 'pod/web-1');
    timeline.note('rollout-started', 'deployment/web-0');
  }
  return histories.of('web-0');
}

describe('PodHistories', () => {
  it('keeps each pod apart, and its events in order', () => {
    const history = after(
      'listener-open',
      'pod-terminating',
      'signal',
      'sigterm',
      'listener-closed',
      'container-exited',
    );
    expect(history).toMatchObject({
      listenerOpenMs: 1,
      terminatingMs: 2,
      signalledMs: 3,
      sigtermMs: 4,
      listenerClosedMs: 5,
      exitedMs: 6,
      sigkillMs: null,
    });
    expect(history.events).toHaveLength(6);
  });

  it('holds the first deletion and the first signals', () => {
    const history = after('pod-terminating', 'signal', 'sigterm', 'pod-terminating', 'signal', 'sigterm');
    expect(history).toMatchObject({ terminatingMs: 1, signalledMs: 2, sigtermMs: 3 });
  });

  it('begins anew with a new process, but a deletion is for good', () => {
    const history = after(
      'pod-terminating',
      'signal',
      'sigterm',
      'sigkill',
      'container-exited',
      'listener-open',
    );
    expect(history).toMatchObject({
      terminatingMs: 1,
      signalledMs: null,
      sigtermMs: null,
      sigkillMs: null,
      exitedMs: null,
      listenerOpenMs: 6,
    });
  });

  it('knows nothing of a pod that nothing happened to', () => {
    const histories = new PodHistories(new Timeline(() => 0));
    expect(histories.of('web-9')).toMatchObject({ events: [], terminatingMs: null, listenerOpenMs: null });
  });
});

describe('signalledByHook', () => {
  it.each([
    [['signal'], true],
    [['signal', 'sigterm', 'signal'], true],
    [['sigterm', 'signal'], false],
    [[], false],
  ] as const)('%s: %s', (kinds, expected) => {
    expect(signalledByHook(after('listener-open', ...kinds))).toBe(expected);
  });

  it('a signal at the very instant of SIGTERM is that signal', () => {
    const timeline = new Timeline(() => 5);
    const histories = new PodHistories(timeline);
    for (const kind of ['sigterm', 'signal'] as const) timeline.note(kind, 'pod/web-0');
    expect(signalledByHook(histories.of('web-0'))).toBe(false);
  });
});
