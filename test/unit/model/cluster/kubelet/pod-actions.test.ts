import { describe, expect, it } from 'vitest';
import {
  computePodActions,
  type ActionContainer,
} from '../../../../../src/model/cluster/kubelet/pod-actions.ts';

type State = 'none' | 'running' | number;

function container(
  role: ActionContainer['role'],
  name: string,
  state: State,
  more: Partial<ActionContainer> = {},
): ActionContainer {
  const last = typeof state === 'number' ? ({ state: 'exited', exitCode: state } as const) : { state };
  return { name, role, last, started: state === 'running', failedProbe: null, ...more };
}

function withInit(one: State, two: State): ActionContainer[] {
  const before = [container('init', 'one', one), container('init', 'two', two)];
  return [...before, container('main', 'app', 'none'), container('main', 'second', 'none')];
}

function withSidecar(proxy: State, started: boolean): ActionContainer[] {
  return [container('sidecar', 'proxy', proxy, { started }), container('main', 'app', 'none')];
}

describe('what a sync does', () => {
  it('starts init containers one at a time, main containers together (R-POD-5)', () => {
    expect(computePodActions(withInit('none', 'none'), 'Always')).toMatchObject({
      initialized: false,
      start: ['one'],
    });
    expect(computePodActions(withInit('running', 'none'), 'Always')).toMatchObject({
      initialized: false,
      start: [],
    });
    expect(computePodActions(withInit(0, 'none'), 'Always')).toMatchObject({
      initialized: false,
      start: ['two'],
    });
    expect(computePodActions(withInit(1, 'none'), 'Always')).toMatchObject({
      start: ['one'],
      killPod: false,
    });
    expect(computePodActions(withInit(1, 'none'), 'Never')).toMatchObject({ start: [], killPod: true });
    expect(computePodActions(withInit(0, 0), 'Always')).toMatchObject({
      initialized: true,
      start: ['app', 'second'],
    });
  });

  it('waits for a sidecar to be started, and starts it again if it ended meanwhile', () => {
    expect(computePodActions(withSidecar('none', false), 'Never').start).toEqual(['proxy']);
    expect(computePodActions(withSidecar('running', false), 'Never').start).toEqual([]);
    expect(computePodActions(withSidecar(1, false), 'Never').start).toEqual(['proxy']);
    expect(computePodActions(withSidecar('running', true), 'Never').start).toEqual(['app']);
  });

  it.each([
    ['Always', 0, ['app']],
    ['OnFailure', 1, ['app']],
    ['OnFailure', 0, []],
    ['Never', 1, []],
  ] as const)(
    'under %s after exit code %d starts %j beside a running container (R-POD-32)',
    (policy, code, start) => {
      const pod = [container('main', 'app', code), container('main', 'second', 'running')];
      expect(computePodActions(pod, policy)).toMatchObject({ start, killPod: false });
    },
  );

  it('kills for a failed probe and starts again, unless the policy is Never (R-POD-27)', () => {
    const pod = [
      container('main', 'app', 'running', { failedProbe: 'liveness' }),
      container('main', 'b', 'running'),
    ];
    const kill = [{ name: 'app', reason: 'liveness' }];
    expect(computePodActions(pod, 'Always')).toMatchObject({ kill, start: ['app'] });
    expect(computePodActions(pod, 'Never')).toMatchObject({ kill, start: [] });
  });

  it('ends the pod with its sidecars when nothing is left to run', () => {
    const pod = [container('sidecar', 'proxy', 'running'), container('main', 'app', 0)];
    expect(computePodActions(pod, 'OnFailure')).toMatchObject({ killPod: true, start: [] });
    expect(computePodActions(pod, 'Always')).toMatchObject({ killPod: false, start: ['app'] });
  });
});
