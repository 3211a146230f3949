/** What becomes of a change that the API server does not make: a refusal that is predicted, one that is not, a failure. */
import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { ChangeRunner } from '../../../../src/harness/experiment/change-runner.ts';
import { ApiError } from '../../../../src/harness/kubernetes/api-error.ts';
import { KubernetesClient } from '../../../../src/harness/kubernetes/client.ts';
import { ClusterState } from '../../../../src/harness/kubernetes/cluster-state.ts';
import type { ApiCall } from '../../../../src/harness/kubernetes/transport.ts';
import type { ChangeAction } from '../../../../src/scenario/scenario.ts';

const LIVE = { metadata: { name: 'web', generation: 1 }, spec: { paused: true }, status: {} };

const lines = (): never => {
  throw new Error('nothing is watched');
};

/** One change, on a server that answers every write so. @returns once it is noted or has failed */
async function refused(
  action: ChangeAction,
  answer: ApiError,
): Promise<{ readonly runner: ChangeRunner; readonly noted: string | undefined }> {
  const call = async ({ method }: ApiCall): Promise<unknown> => {
    if (method === 'GET') return Promise.resolve(LIVE);
    throw answer;
  };
  const noted = Promise.withResolvers<string | undefined>();
  const [kind, name] = action.kind === 'apply' ? [action.objects[0]?.kind ?? '', 'web'] : ['', ''];
  const runner = new ChangeRunner({
    client: new KubernetesClient({ call, lines, close: async () => Promise.resolve() }, 'ns'),
    state: new ClusterState(),
    changes: [{ start: { kind: 'at', timeMs: 0 }, action, waitFor: 'applied' } as never],
    objects: [[{ apiVersion: 'v1', kind, metadata: { name } }]],
    nowMs: () => 0,
    wait: async () => Promise.resolve(),
    note: (_kind, _object, details) => {
      noted.resolve(details?.detail);
    },
    signal: new AbortController().signal,
  });
  runner.run().catch(noted.reject);
  return { runner, noted: await noted.promise };
}

function apply(kind: 'Deployment' | 'Job'): ChangeAction {
  return { kind: 'apply', objects: [{ kind, name: 'web' }] } as unknown as ChangeAction;
}

const INVALID = 'Deployment.apps "web" is invalid: spec.template: Invalid value: "a_name"';
const IMMUTABLE = 'Job.batch "web" is invalid: spec.template: Invalid value: {}: field is immutable';

describe('a change that is not made', () => {
  test('because the API server refuses it speaks against the replay', async () => {
    const { runner, noted } = await refused(apply('Deployment'), new ApiError(422, INVALID));
    expect(noted).toBe(INVALID);
    expect(runner.unpredictedRefusals).toEqual([
      `The API server refused change 1 (apply deployment/web), which no prediction knows of: ${INVALID}`,
    ]);
  });

  test.each([
    ['as a Job keeps its template', apply('Job'), new ApiError(422, IMMUTABLE)],
    ['by kubectl', { kind: 'pause', deployment: 'web' } as const, new ApiError(500, 'never asked')],
  ])('%s is predicted so', async (_, action, answer) => {
    const { runner, noted } = await refused(action, answer);
    expect(noted).toMatch(/field is immutable|is already paused/u);
    expect(runner.unpredictedRefusals).toEqual([]);
  });

  test.each([500, 503, 429])('because the API server fails at it (%i) ends the replay', async (status) => {
    const failed = refused(apply('Deployment'), new ApiError(status, 'failed calling webhook'));
    await expect(failed).rejects.toThrow(EnvironmentError);
    await expect(failed).rejects.toThrow(
      `The API server failed at change 1 (apply deployment/web) with HTTP status ${status}: failed calling webhook`,
    );
  });
});
