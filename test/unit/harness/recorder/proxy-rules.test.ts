/** The shell that watches a node's proxy rules, run here over a file that stands for the rules. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchScript } from '../../../../src/harness/recorder/proxy-rules.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxy-rules-'));
  for (const program of ['iptables-save', 'nft', 'ipvsadm']) {
    // Prints the rules that the test has written.
    writeFileSync(join(folder, program), `#!/bin/sh\ncat ${folder}/rules\n`);
    chmodSync(join(folder, program), 0o755);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function chain(address: string): string {
  return `endpoint-5OVLYYJZ-shop/web/tcp/http__${address}/8080`;
}

type Mode = Parameters<typeof watchScript>[0];

/** As each mode prints two pods' rules: of those that get connections, and of those that are only not cleared away yet. */
const PRINTED: Readonly<Record<Mode, (listed: readonly string[], left: readonly string[]) => string>> = {
  iptables: (listed) =>
    listed
      .map((address) => `-A KUBE-SEP-X -p tcp -m tcp -j DNAT --to-destination ${address}:8080\n`)
      .join(''),
  nftables: (listed, left) => {
    const choices = listed.map((address, index) => `${index} : goto ${chain(address)}`);
    return [
      'table ip kube-proxy {',
      ...(choices.length === 0 ? [] : [`numgen random mod ${choices.length} vmap { ${choices.join(', ')} }`]),
      ...[...listed, ...left].flatMap((address) => [
        `chain ${chain(address)} {`,
        `ip saddr ${address} jump mark-for-masquerade`,
        `meta l4proto tcp dnat to ${address}:8080`,
        '}',
      ]),
      '}\n',
    ].join('\n');
  },
  ipvs: (listed, left) =>
    [
      '-A -t 172.18.0.2:30080 -s rr',
      ...listed.map((address) => `-a -t 172.18.0.2:30080 -r ${address}:8080 -m -w 1`),
      ...left.map((address) => `-a -t 172.18.0.2:30080 -r ${address}:8080 -m -w 0`),
      '',
    ].join('\n'),
};

let mode: Mode = 'iptables';
function rules(listed: readonly string[], left: readonly string[] = []): void {
  // Put in place as a whole: a file that is being written is empty for a moment, and so would be the proxy's rules.
  writeFileSync(join(folder, 'new'), PRINTED[mode](listed, left));
  renameSync(join(folder, 'new'), join(folder, 'rules'));
}

/** It looks ten times a second; a busy machine is slower. */
const WITHIN = { timeout: 10_000, interval: 20 };

function podsOf(lines: readonly string[]): string[] {
  return lines.map((line) => line.split(' ')[0] ?? '');
}

describe('the watch of a proxy', () => {
  const modes: readonly Mode[] = ['iptables', 'nftables', 'ipvs'];
  test.each(modes)('in mode %s tells of each pod once, and ends with its input', async (tried) => {
    mode = tried;
    rules(['10.0.0.1', '10.0.0.12']);
    const shell = spawn('bash', ['-c', watchScript(mode)], {
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
    rules(['10.0.0.12'], ['10.0.0.1']);
    await vi.waitFor(() => expect(podsOf(told)).toEqual(['web-1']), WITHIN);
    const atS = Number(told[0]?.split(' ')[1]);
    expect(atS).toBeGreaterThanOrEqual(fromS - 0.01);
    // The shell's clock has microseconds, and this one has none.
    expect(atS).toBeLessThan((Date.now() + 1) / 1000);
    rules([], ['10.0.0.12', '10.0.0.1']);
    await vi.waitFor(() => expect(podsOf(told)).toEqual(['web-1', 'web-2']), WITHIN);
    shell.stdin.end();
    expect(await ended).toBe(0);
  });
});
