/** Replays on a stand-in cluster whose API server does not take a manifest, before time 0 or as a change. */
import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../../src/harness/environment-error.ts';
import { ApiError, ManifestRefused } from '../../src/harness/kubernetes/api-error.ts';
import { ReplayWorld } from './stand-in/replay-world.ts';

const ROLL = [{ at: '100ms', apply: 'changes/deployment.yaml', waitFor: 'rollout/complete' }];
const INVALID = 'Deployment.apps "web" is invalid: spec.template: Invalid value: "a_name"';

/** Refuses to write Deployments, or only those after the first. */
async function refusing(
  status: number,
  { first = true, message = INVALID } = {},
): ReturnType<ReplayWorld['run']> {
  const world = new ReplayWorld();
  let written = 0;
  world.api.refuses = (plural) => {
    if (plural !== 'deployments') return null;
    written += 1;
    return first || written > 1 ? { status, message } : null;
  };
  try {
    const end = await world.run({ changes: ROLL });
    expect(end.cleanUpFailure).toBeNull();
    expect(world.api.store.all('namespaces')).toEqual([]);
    expect(world.load.running).toBe(0);
    return end;
  } finally {
    await world.close();
  }
}

describe.concurrent('before time 0', () => {
  test.each([400, 422])(
    'a manifest that is not valid (%i) is named with the server’s words',
    async (status) => {
      const { failure, record } = await refusing(status);
      expect(failure).toEqual({
        stage: 'settle',
        error: new ManifestRefused(`The API server refuses deployment/web: ${INVALID}`),
      });
      expect(record).toBeNull();
    },
  );

  test.each([
    [422, 'Service "web" is invalid: spec.ports[0].nodePort: provided port is already allocated'],
    [403, 'forbidden'],
    [500, 'failed calling webhook'],
  ])('the manifest is not to blame for %i %s', async (status, message) => {
    const { failure } = await refusing(status, { message });
    expect(failure).toEqual({ stage: 'settle', error: new ApiError(status, message) });
  });
});

describe.concurrent('a change', () => {
  test('that is refused makes the replay invalid, in the server’s words', async () => {
    const { failure, record } = await refusing(422, { first: false });
    expect(failure).toBeNull();
    expect(record?.measurement?.partial).toBe(false);
    expect(record?.measurement?.invalidBecause).toContain(
      `The API server refused change 1 (apply deployment/web), which no prediction knows of: ${INVALID}`,
    );
  });

  test('at which the API server fails ends it with a partial record', async () => {
    const message = 'failed calling webhook';
    const { failure, record } = await refusing(500, { first: false, message });
    expect(failure?.error).toEqual(
      new EnvironmentError(
        `The API server failed at change 1 (apply deployment/web) with HTTP status 500: ${message}`,
      ),
    );
    expect(record?.measurement?.partial).toBe(true);
  });
});
