import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../src/predict/run-instant.ts';
import { VIEW } from '../tui/fixture.ts';

describe('instantOf', () => {
  it('sends to every listed pod before anything changes', () => {
    const { pods, nodes, failingShare } = instantOf(VIEW, 1000);
    expect(pods.map(({ pod, state }) => [pod.name, state])).toEqual([
      ['web-aaa-0', 'ready'],
      ['web-aaa-1', 'ready'],
    ]);
    expect(nodes.map(({ listed }) => listed)).toEqual([2, 2]);
    expect(failingShare).toBe(0);
  });

  it('R-CLI-6: a listed pod whose listener is closed refuses, node by node', () => {
    const { nodes, failingShare } = instantOf(VIEW, 4500);
    expect(nodes).toEqual([
      {
        node: 'worker-1',
        down: false,
        listed: 1,
        byEnd: { ok: 1, refused: 0, 'connect-timeout': 0 },
        failingShare: 0,
      },
      {
        node: 'worker-2',
        down: false,
        listed: 2,
        byEnd: { ok: 1, refused: 1, 'connect-timeout': 0 },
        failingShare: 0.5,
      },
    ]);
    expect(failingShare).toBe(0.25);
  });

  it('knows since when a pod is what it is, and forgets those that are gone', () => {
    const at = instantOf(VIEW, 7200);
    expect(at.pods.map(({ pod }) => pod.name)).toEqual(['web-aaa-1', 'web-bbb-0']);
    expect(at.pods[1]).toMatchObject({ state: 'starting', sinceMs: 5000, listening: false, listedOn: [] });
  });

  it('R-CLI-6: pods on a dead node are silent, and nobody calls from there', () => {
    const { nodes, failingShare } = instantOf(VIEW, 11_500);
    expect(nodes[1]).toMatchObject({ down: true, listed: 0 });
    expect(nodes[0]?.byEnd).toEqual({ ok: 0, refused: 0, 'connect-timeout': 2 });
    expect(failingShare).toBe(1);
  });

  it('R-KP-7: fails every connection where nobody is listed', () => {
    const empty = { ...VIEW, pods: [] };
    expect(instantOf(empty, 0).failingShare).toBe(1);
  });
});
