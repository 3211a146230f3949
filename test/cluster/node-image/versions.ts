/** What the node image is made of. A newer version is a change here and in the go.mod and go.sum of its program. */

/** The last line of releases whose kubelet takes cgroup v1 without being told to. */
export const KUBERNETES = 'v1.34.4';
/** For machines whose own is older. */
export const GO = 'go1.26.8';

export const CONTAINERD = 'v2.2.3';

/** The name under which the images inside the node image go; no registry answers to it, and none is asked. */
export const IMAGE_REPOSITORY = 'kube.local';

export const DEBIAN = 'bookworm';

/** On the machine that builds: Docker for the images, mmdebstrap for the root file system, the rest for the network. */
export const HOST_PACKAGES: readonly string[] = [
  'docker.io',
  'mmdebstrap',
  'iproute2',
  'iptables',
  'procps',
  'ca-certificates',
];

/** On every node. */
export const NODE_PACKAGES: readonly string[] = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'mount',
  'util-linux',
  'kmod',
  'procps',
  'hostname',
  'iproute2',
  'iptables',
  'nftables',
  'ebtables',
  'ethtool',
  'conntrack',
  'socat',
  'iputils-ping',
  'runc',
  'libseccomp2',
  'curl',
  'jq',
  'ca-certificates',
];
