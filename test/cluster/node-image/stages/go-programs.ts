/**
 * The programs, from published Go modules: one module of our own for each, so that each gets the versions of its
 * dependencies that its makers tested it with.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { GO_ENVIRONMENT, NETWORK_PLUGINS, PROGRAMS, SOURCES } from '../build-folders.ts';
import { goProgram } from '../go-toolchain.ts';
import { loggedCommand } from '../logged-command.ts';
import type { Stage } from '../stage.ts';
import { CONTAINERD, KUBERNETES } from '../versions.ts';

interface GoProgram {
  readonly name: string;
  /** The Go package: in a module from elsewhere, or `.` for the one in our folder. */
  readonly goPackage: string;
}

interface GoModule {
  readonly name: string;
  readonly programs: readonly GoProgram[];
  readonly into: string;
  readonly tags?: readonly string[];
  /** Texts that the linker writes into variables. */
  readonly variables?: Readonly<Record<string, string>>;
}

const KUBERNETES_COMMANDS: readonly string[] = [
  'kubeadm',
  'kubectl',
  'kubelet',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
];

const CONTAINERD_PACKAGE = 'github.com/containerd/containerd/v2';
const CNI_PACKAGE = 'github.com/containernetworking/plugins/plugins';

const MODULES: readonly GoModule[] = [
  {
    name: 'kubernetes',
    programs: [{ name: 'kube', goPackage: '.' }],
    into: PROGRAMS,
    variables: {
      ...kubernetesVersion('k8s.io/component-base/version'),
      ...kubernetesVersion('k8s.io/client-go/pkg/version'),
    },
  },
  { name: 'kind', programs: [{ name: 'kind', goPackage: 'sigs.k8s.io/kind' }], into: PROGRAMS },
  { name: 'etcd', programs: [{ name: 'etcd', goPackage: 'go.etcd.io/etcd/server/v3' }], into: PROGRAMS },
  { name: 'coredns', programs: [{ name: 'coredns', goPackage: '.' }], into: PROGRAMS },
  {
    name: 'containerd',
    programs: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => ({
      name,
      goPackage: `${CONTAINERD_PACKAGE}/cmd/${name}`,
    })),
    into: PROGRAMS,
    tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
    variables: {
      [`${CONTAINERD_PACKAGE}/version.Version`]: CONTAINERD,
      [`${CONTAINERD_PACKAGE}/version.Revision`]: 'gomodule',
    },
  },
  {
    name: 'cni',
    programs: ['main/ptp', 'main/bridge', 'main/loopback', 'ipam/host-local', 'meta/portmap'].map((path) => ({
      name: path.slice(path.indexOf('/') + 1),
      goPackage: `${CNI_PACKAGE}/${path}`,
    })),
    into: NETWORK_PLUGINS,
  },
  { name: 'pause', programs: [{ name: 'pause', goPackage: '.' }], into: PROGRAMS },
  {
    name: 'runtime-wrapper',
    programs: [{ name: 'runtime-wrapper', goPackage: '.' }],
    into: PROGRAMS,
  },
];

export const GO_STAGES: readonly Stage[] = MODULES.map((module) => ({
  name: module.name,
  after: [],
  sources: [`programs/${module.name}`],
  settings: [JSON.stringify({ ...module, into: '' }), GO_ENVIRONMENT['GOFLAGS'] ?? '', process.arch],
  results: module.programs.map(({ name }) => join(module.into, name)),
  build: async () => buildModule(module),
}));

async function buildModule({ name, programs, into, tags = [], variables = {} }: GoModule): Promise<void> {
  mkdirSync(into, { recursive: true });
  const linker = ['-s', '-w', ...Object.entries(variables).map(([key, value]) => `-X ${key}=${value}`)];
  for (const program of programs) {
    await loggedCommand(
      await goProgram(),
      [
        'build',
        '-ldflags',
        linker.join(' '),
        ...(tags.length === 0 ? [] : ['-tags', tags.join(' ')]),
        '-o',
        join(into, program.name),
        program.goPackage,
      ],
      { log: `go-${program.name}`, folder: join(SOURCES, 'programs', name), env: GO_ENVIRONMENT },
    );
  }
  if (name === 'kubernetes') for (const command of KUBERNETES_COMMANDS) linkTo('kube', command);
}

function linkTo(target: string, name: string): void {
  rmSync(join(PROGRAMS, name), { force: true });
  symlinkSync(target, join(PROGRAMS, name));
}

/** kubeadm and the API server refuse to work with a build that does not know its version. */
function kubernetesVersion(goPackage: string): Record<string, string> {
  const [major = '', minor = ''] = KUBERNETES.slice(1).split('.');
  const facts = {
    gitVersion: KUBERNETES,
    gitMajor: major,
    gitMinor: minor,
    gitCommit: '0'.repeat(40),
    gitTreeState: 'archive',
    buildDate: '2026-01-01T00:00:00Z',
  };
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [`${goPackage}.${key}`, value]));
}
