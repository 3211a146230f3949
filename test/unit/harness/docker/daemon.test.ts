import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { isRunning, startDaemon, startTicksOf, stopDaemon } from '../../../../src/harness/docker/daemon.ts';
import { firewallBefore, removeDockerTraces } from '../../../../src/harness/docker/firewall.ts';
import { fakePrograms } from '../fake-programs.ts';

const RULES = [
  '-P FORWARD DROP',
  '-N DOCKER',
  '-N DOCKER-USER',
  '-A FORWARD -j DOCKER-USER',
  '-A FORWARD -o docker0 -j ACCEPT',
  '-A FORWARD -s 10.0.0.0/8 -j ACCEPT',
].join('\n');

describe('a process that was started', () => {
  it('is known by its start, so that another with its number is left alone', async () => {
    const startTicks = startTicksOf(process.pid);
    expect(startTicks).toMatch(/^\d+$/u);
    expect(isRunning({ pid: process.pid, startTicks: startTicks ?? '' })).toBe(true);
    const other = { pid: process.pid, startTicks: '1' };
    expect(isRunning(other)).toBe(false);
    // This very process would be ended if only its number counted.
    await stopDaemon(other);
    expect(isRunning({ pid: process.pid, startTicks: startTicks ?? '' })).toBe(true);
  });

  it('that ends at once is told with its own last line', async () => {
    const programs = fakePrograms();
    programs.add('dockerd', { '*': { stderr: 'failed to start: no overlay\n', exitCode: 1 } });
    programs.add('docker', { '*': { stderr: 'Cannot connect', exitCode: 1 } });
    const options = {
      store: join(programs.folder, 'store'),
      logFile: join(programs.folder, 'dockerd.log'),
      runtimeWrapper: null,
    };
    await expect(startDaemon(options, () => undefined)).rejects.toThrow(
      'No Docker daemon: dockerd ended at once: failed to start: no overlay.',
    );
  });
});

describe("a daemon's firewall rules", () => {
  it('are taken away, and nobody else’s', async () => {
    const programs = fakePrograms();
    programs.add('iptables', { '*-t filter -S': { stdout: RULES }, '*': {} });
    programs.add('ip', {
      '*show*': { stdout: JSON.stringify([{ ifname: 'docker0' }, { ifname: 'br-lan' }, {}]) },
      '*': {},
    });
    await removeDockerTraces({ forwardPolicy: 'ACCEPT' });
    const made = programs.calls().filter((call) => !call.endsWith('-S') && !call.includes('show'));
    expect(made).toEqual([
      'iptables --wait 10 -t filter -D FORWARD -j DOCKER-USER',
      'iptables --wait 10 -t filter -D FORWARD -o docker0 -j ACCEPT',
      'iptables --wait 10 -t filter -F DOCKER',
      'iptables --wait 10 -t filter -F DOCKER-USER',
      'iptables --wait 10 -t filter -X DOCKER',
      'iptables --wait 10 -t filter -X DOCKER-USER',
      'iptables --wait 10 -t filter -P FORWARD ACCEPT',
      'ip link delete docker0',
    ]);
  });

  it('that were there before are not ours to take away', async () => {
    const programs = fakePrograms();
    programs.add('iptables', { '*': { stdout: RULES } });
    expect(await firewallBefore()).toBeNull();
    programs.add('iptables', { '*': { stdout: '-P INPUT ACCEPT\n-P FORWARD ACCEPT' } });
    expect(await firewallBefore()).toEqual({ forwardPolicy: 'ACCEPT' });
  });
});
