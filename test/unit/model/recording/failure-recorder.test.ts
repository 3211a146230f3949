import { describe, expect, it } from 'vitest';
import type { FailureEvent } from '../../../../src/model/data-plane.ts';
import { FailureRecorder } from '../../../../src/model/recording/failure-recorder.ts';
import type { Cause, FailureClass } from '../../../../src/record.ts';

const PLACE = { file: 'a.yaml', line: 1, column: 1 };

function failure(client: number, name: FailureClass = 'refused'): FailureEvent {
  return {
    class: name,
    mechanism: 'listener-closed',
    client,
    clientNode: 0,
    pod: 0,
    reusedConnection: false,
    connectionOpenedMs: 0,
    attempts: 1,
    arrivedMs: client,
    sentMs: client,
    endedMs: client,
    queuedMs: 0,
  };
}

function recorder(
  causeOf: (failure: FailureEvent) => Cause,
  keptPerCause = 2,
  keptOrdinal: number | null = null,
) {
  return new FailureRecorder(causeOf, { keptPerCause, keptOrdinal });
}

describe('FailureRecorder', () => {
  it('counts by cause and class, most frequent first, ties by first occurrence', () => {
    const rules = ['R-A', 'R-B', 'R-C', 'R-C', 'R-B', 'R-C'];
    const failures = recorder(({ client }) => ({ rule: rules[client] ?? '', where: [PLACE] }));
    rules.forEach((_, client) => failures.record(failure(client, client === 2 ? 'reset' : 'refused')));
    expect(failures.causes()).toEqual([
      { rule: 'R-C', where: [PLACE], failed: 3, failedByClass: { reset: 1, refused: 2 } },
      { rule: 'R-B', where: [PLACE], failed: 2, failedByClass: { refused: 2 } },
      { rule: 'R-A', where: [PLACE], failed: 1, failedByClass: { refused: 1 } },
    ]);
  });

  it('takes equal lines for one cause, whether or not they are the same array', () => {
    const failures = recorder(() => ({ rule: 'R-A', where: [{ ...PLACE }] }));
    for (let client = 0; client < 4; client++) failures.record(failure(client));
    expect(failures.causes()).toHaveLength(1);
    const apart = recorder(({ client }) => ({ rule: 'R-A', where: [{ ...PLACE, line: client % 2 }] }));
    for (let client = 0; client < 4; client++) apart.record(failure(client));
    expect(apart.causes().map(({ failed }) => failed)).toEqual([2, 2]);
  });

  it('keeps the first of each cause, and the one that was asked for', () => {
    const failures = recorder(({ client }) => ({ rule: client % 2 === 0 ? 'even' : 'odd', where: [] }), 2, 9);
    for (let client = 0; client < 12; client++) failures.record(failure(client));
    expect(failures.kept.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 9]);
  });

  it('keeps copies: an engine may use one event for all', () => {
    const failures = recorder(() => ({ rule: 'R-A', where: [] }));
    const event = { ...failure(1) } as { client: number } & FailureEvent;
    failures.record(event);
    event.client = 7;
    expect(failures.kept[0]?.failure.client).toBe(1);
  });

  it('finds what was asked for although its cause has its share already, and does not keep more for it', () => {
    const failures = recorder(() => ({ rule: 'R-A', where: [] }), 0, 2);
    for (let client = 0; client < 5; client++) failures.record(failure(client));
    expect(failures.kept.map(({ ordinal }) => ordinal)).toEqual([2]);
  });
});
