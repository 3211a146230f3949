/** What is set up again in a node whose container was started anew. */
import { expect, test } from 'vitest';
import { restoreNode } from '../../../../src/harness/cluster/returned-node.ts';
import { newState, writeState } from '../../../../src/harness/cluster/state-file.ts';
import { dockerAt } from '../../../../src/harness/docker/docker.ts';
import { fakePrograms } from '../fake-programs.ts';

test('its kernel’s settings, those of the refusals among them', async () => {
  const programs = fakePrograms();
  programs.add('docker', { 'exec *': {} });
  writeState(newState('c', false));
  await restoreNode(dockerAt('unix:///x', '27.1.0'), 'c', 'c-worker');
  const [call, ...more] = programs.calls();
  expect(more).toEqual([]);
  expect(call).toMatch(/^docker exec c-worker sysctl --quiet --write /u);
  expect(call).toContain(' net.netfilter.nf_conntrack_tcp_timeout_time_wait=5');
  // R-KP-7: each caller is refused, however many share an address.
  expect(call).toContain(' net.ipv4.icmp_ratelimit=0');
});

test('a node that does not take them is named', async () => {
  const programs = fakePrograms();
  programs.add('docker', { 'exec *': { stderr: 'sysctl: permission denied', exitCode: 1 } });
  writeState(newState('c', false));
  await expect(restoreNode(dockerAt('unix:///x', '27.1.0'), 'c', 'c-worker')).rejects.toThrow(
    "The node c-worker does not take its kernel's settings: sysctl: permission denied",
  );
});
