/** The images that Kubernetes runs its own parts from, as archives: the names are those that kubeadm asks for. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../../src/harness/command.ts';
import type { Docker } from '../../../../src/harness/docker/docker.ts';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { IMAGES, PROGRAMS, ROOT_FILE_SYSTEM, SCRATCH } from '../build-folders.ts';
import { buildContext, buildImage, staticImage } from '../image-build.ts';
import { copyWithLibraries, filesIn } from '../library-closure.ts';
import type { Stage } from '../stage.ts';
import { IMAGE_REPOSITORY, KUBERNETES } from '../versions.ts';
import { GO_STAGES } from './go-programs.ts';
import { ROOT_FILE_SYSTEM_STAGE } from './root-file-system.ts';

export const EVERY_NODE_ARCHIVE: string = join(IMAGES, 'every-node.tar');
export const CONTROL_PLANE_ARCHIVE: string = join(IMAGES, 'control-plane.tar');

const FROM_KUBE = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];
const IPTABLES = ['iptables', 'iptables-save', 'iptables-restore'].flatMap((name) => [
  name,
  name.replace('ip', 'ip6'),
]);

export function kubernetesImagesStage(docker: () => Promise<Docker>): Stage {
  return {
    name: 'kubernetes-images',
    after: [...GO_STAGES, ROOT_FILE_SYSTEM_STAGE],
    sources: ['stages/kubernetes-images.ts', 'library-closure.ts', 'image-build.ts'],
    settings: [IMAGE_REPOSITORY, KUBERNETES],
    results: [EVERY_NODE_ARCHIVE, CONTROL_PLANE_ARCHIVE],
    build: async () => buildImages(await docker()),
  };
}

async function buildImages(docker: Docker): Promise<void> {
  const names = await imageNames();
  const named = (part: string): string => {
    const found = names.find((name) => name.startsWith(`${IMAGE_REPOSITORY}/${part}:`));
    if (found === undefined) throw new Error(`kubeadm names no image of ${part}: ${names.join(' ')}`);
    return found;
  };
  const etcd = named('etcd');
  // kubeadm's manifest calls it by this name, without a path.
  await staticImage(docker, etcd, join(PROGRAMS, 'etcd'), '/usr/local/bin/etcd');
  await staticImage(docker, named('coredns'), join(PROGRAMS, 'coredns'), '/coredns');
  await staticImage(docker, named('pause'), join(PROGRAMS, 'pause'), '/pause');
  await kubeImage(docker, named(FROM_KUBE[0] ?? ''));
  for (const part of FROM_KUBE.slice(1))
    await docker.command(['tag', named(FROM_KUBE[0] ?? ''), named(part)]);
  mkdirSync(IMAGES, { recursive: true });
  await docker.command(['save', '--output', CONTROL_PLANE_ARCHIVE, etcd]);
  await docker.command(['save', '--output', EVERY_NODE_ARCHIVE, ...names.filter((name) => name !== etcd)]);
}

export async function imageNames(): Promise<readonly string[]> {
  const kubeadm = join(PROGRAMS, 'kubeadm');
  const { exitCode, stdout, stderr } = await runCommand(kubeadm, [
    'config',
    'images',
    'list',
    '--kubernetes-version',
    KUBERNETES,
    '--image-repository',
    IMAGE_REPOSITORY,
  ]);
  if (exitCode !== 0) throw new EnvironmentError(`kubeadm does not run here: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

/**
 * One image under four names. kube-proxy calls iptables, nft and conntrack: they come from the node's own root file
 * system, so that both write the same dialect of rules. The matches of iptables are opened at run time and need
 * libraries of their own (libm for libxt_statistic): without them kube-proxy looks fine and sends nobody anywhere.
 */
async function kubeImage(docker: Docker, name: string): Promise<void> {
  const debian = join(SCRATCH, 'debian');
  mkdirSync(debian, { recursive: true });
  await runCommand('tar', ['--extract', '--file', ROOT_FILE_SYSTEM, '--directory', debian]);
  const context = buildContext();
  const root = join(context, 'root');
  mkdirSync(root);
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  await copyWithLibraries(debian, root, [
    '/usr/sbin/xtables-nft-multi',
    '/usr/sbin/nft',
    '/usr/sbin/conntrack',
    ...filesIn(debian, `/usr/lib/${machine}-linux-gnu/xtables`, '.so'),
  ]);
  for (const command of IPTABLES) symlinkSync('xtables-nft-multi', join(root, 'usr/sbin', command));
  for (const folder of ['usr/local/bin', 'run', 'etc']) mkdirSync(join(root, folder), { recursive: true });
  cpSync(join(PROGRAMS, 'kube'), join(root, 'usr/local/bin/kube'));
  for (const command of FROM_KUBE) symlinkSync('kube', join(root, 'usr/local/bin', command));
  await buildImage(docker, name, context, [
    'FROM scratch',
    'COPY root/ /',
    'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  ]);
}
