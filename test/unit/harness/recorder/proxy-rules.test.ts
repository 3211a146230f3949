/** The shell that watches a node's proxy rules, run here over a file that stands for the rules. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { watchScript } from '../../../../src/harness/recorder/proxy-rules.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxy-rules-'));
  // Prints the rules that the test has written.
  writeFileSync(join(folder, 'iptables-save'), `#!/bin/sh\ncat ${folder}/rules\n`);
  chmodSync(join(folder, 'iptables-save'), 0o755);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function rules(...addresses: readonly string[]): void {
  const text = addresses.map((address) => `-A KUBE-SEP-X -p tcp -j DNAT --to-destination ${address}:8080\n`);
  writeFileSync(join(folder, 'rules'), text.join(''));
}

describe('the watch of a proxy', () => {
  test('tells of each pod once its address has left the rules, and ends with its input', async () => {
    rules('10.0.0.1', '10.0.0.12');
    const shell = spawn('bash', ['-c', watchScript('iptables')], {
      env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const told: string[] = [];
    createInterface({ input: shell.stdout }).on('line', (line) => told.push(line));
    const ended = new Promise<number | null>((resolve) => shell.once('close', resolve));
    shell.stdin.write('web-1=10.0.0.1\nweb-2=10.0.0.12\n');
    await setTimeout(350);
    expect(told).toEqual([]);
    const fromS = Date.now() / 1000;
    // An address that another begins with is not that other.
    rules('10.0.0.12');
    await setTimeout(500);
    expect(told.map((line) => line.split(' ')[0])).toEqual(['web-1']);
    const atS = Number(told[0]?.split(' ')[1]);
    expect(atS).toBeGreaterThanOrEqual(fromS - 0.01);
    expect(atS).toBeLessThanOrEqual(Date.now() / 1000);
    rules();
    await setTimeout(500);
    expect(told.map((line) => line.split(' ')[0])).toEqual(['web-1', 'web-2']);
    shell.stdin.end();
    expect(await ended).toBe(0);
  });
});
