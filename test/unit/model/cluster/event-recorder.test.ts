import { describe, expect, it } from 'vitest';
import { EventRecorder } from '../../../../src/model/cluster/event-recorder.ts';
import { constantProfile, testCluster } from './test-cluster.ts';

describe('EventRecorder (R-GEN-4)', () => {
  it('posts 25 events of one object, then one in five minutes, each taking a token of the client', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(1) });
    const client = api.client('test', 1, 100);
    const events = new EventRecorder(simulation, client);
    const tokensUsed = (): number => {
      // A call waits 1 s for each token that is missing, so the wait tells how many were taken.
      let answeredMs = 0;
      const startMs = simulation.nowMs;
      for (let i = 0; i < 101; i++) client.post(() => (answeredMs = simulation.nowMs));
      simulation.runUntil(startMs + 250_000);
      return Math.round((answeredMs - startMs - 1) / 1000) - 1;
    };
    for (let i = 0; i < 40; i++) events.record('replicaset/web-1');
    simulation.runUntil(1000);
    // One token has come back in that second.
    expect(tokensUsed()).toBe(24);
    simulation.runUntil(600_000);
    for (let i = 0; i < 40; i++) events.record('replicaset/web-1');
    simulation.runUntil(601_000);
    // Two allowances have come back in 600 s; again one token since.
    expect(tokensUsed()).toBe(1);
  });

  it('posts one after another and counts each object for itself', () => {
    const { api, simulation } = testCluster({ profile: constantProfile(10) });
    const events = new EventRecorder(simulation, api.client('test', 1000, 1000));
    for (let i = 0; i < 30; i++) events.record('replicaset/web-1');
    for (let i = 0; i < 30; i++) events.record('replicaset/web-2');
    simulation.runUntil(100_000);
    // Two kernel events for each post: stored, answered.
    expect(simulation.events).toBe(2 * 50);
  });
});
