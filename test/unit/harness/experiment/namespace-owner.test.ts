/** A namespace is taken over from a process that is dead, and never from one that runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { OWNER, refuseWhileUsed } from '../../../../src/harness/experiment/namespace-owner.ts';
import { processText } from '../../../../src/harness/process-identity.ts';
import type { LiveObject } from '../../../../src/harness/kubernetes/live-objects.ts';

function namespace(owner: string | null): LiveObject {
  const annotations = owner === null ? {} : { [OWNER]: owner };
  return {
    metadata: { name: 'rollout-sim', uid: 'u', resourceVersion: '1', creationTimestamp: '', annotations },
  };
}

test('refuses while the process that made it runs', () => {
  expect(() => refuseWhileUsed(namespace(processText()), 'own')).toThrow(EnvironmentError);
  expect(() => refuseWhileUsed(namespace(processText()), 'own')).toThrow(
    `Another replay or calibration uses the cluster own (process ${process.pid})`,
  );
});

test('takes over from a process that has ended', async () => {
  const child = spawn(process.execPath, ['-e', '0']);
  const owner = processText(child.pid ?? 0);
  await once(child, 'exit');
  expect(() => refuseWhileUsed(namespace(owner), 'own')).not.toThrow();
});

test('takes over from a process whose number another has now', () => {
  expect(() => refuseWhileUsed(namespace(`${process.pid} 1`), 'own')).not.toThrow();
});

test('takes over what nobody signed, and what is not there', () => {
  expect(() => refuseWhileUsed(namespace(null), 'own')).not.toThrow();
  expect(() => refuseWhileUsed(null, 'own')).not.toThrow();
});
