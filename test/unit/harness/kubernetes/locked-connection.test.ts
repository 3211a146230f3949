/** The harness speaks to the cluster that it made, whatever kubeconfig, context or environment the user has. */
import { describe, expect, test } from 'vitest';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { lockedConnection } from '../../../../src/harness/kubernetes/locked-connection.ts';

interface Edits {
  readonly server?: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: string;
}

function kubeconfig({
  server = 'https://127.0.0.1:44503',
  cluster = {},
  user = {},
  context = 'kind-own',
}: Edits): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    clusters: [
      {
        name: 'kind-own',
        cluster: { server, 'certificate-authority-data': encoded('authority'), ...cluster },
      },
      { name: 'production', cluster: { server: 'https://production.example.com' } },
    ],
    users: [
      {
        name: 'kind-own',
        user: {
          'client-certificate-data': encoded('certificate'),
          'client-key-data': encoded('key'),
          ...user,
        },
      },
    ],
    contexts: [
      { name: 'kind-own', context: { cluster: 'kind-own', user: 'kind-own' } },
      { name: 'production', context: { cluster: 'production', user: 'kind-own' } },
    ],
  });
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function connection(edits: Edits): ReturnType<typeof lockedConnection> {
  return lockedConnection({ name: 'own', kubeconfig: kubeconfig(edits) });
}

describe('the connection to the API server', () => {
  test('comes from the given text alone', async () => {
    const environment = { ...process.env };
    process.env['KUBECONFIG'] = '/etc/kubernetes/production.conf';
    process.env['HTTPS_PROXY'] = 'http://proxy.example.com:3128';
    try {
      expect(await connection({})).toEqual({
        cluster: 'own',
        origin: 'https://127.0.0.1:44503',
        tls: { ca: 'authority', cert: 'certificate', key: 'key' },
      });
    } finally {
      process.env = environment;
    }
  });

  test.each([
    ['another machine', { server: 'https://10.1.2.3:6443' }],
    ['a name, even of this machine', { server: 'https://localhost:6443' }],
    ['a name that begins like the address', { server: 'https://127.0.0.1.example.com' }],
    ['every address of this machine', { server: 'https://0.0.0.0:6443' }],
    ['another context', { context: 'production' }],
    ['a proxy', { cluster: { 'proxy-url': 'http://proxy.example.com:3128' } }],
  ] satisfies [string, Edits][])('refuses %s', async (_, edits) => {
    await expect(connection(edits)).rejects.toThrow(EnvironmentError);
    await expect(connection(edits)).rejects.toThrow(/a replay goes to 127\.0\.0\.1 alone/u);
  });

  test('refuses to run a program that logs in', async () => {
    const exec = { command: 'aws', apiVersion: 'client.authentication.k8s.io/v1' };
    await expect(connection({ user: { exec } })).rejects.toThrow(/would run a program/u);
  });

  test('refuses a text without a context', async () => {
    await expect(connection({ context: 'none' })).rejects.toThrow(/names no server or no user/u);
  });
});
