#!/bin/bash
# The first process of a node: makes the container look like a small machine and hands over to systemd. It expects a
# privileged container with a cgroup namespace of its own, on cgroup v1 or v2.
set -euo pipefail

# systemd takes a writable /sys for a machine with devices to look after; pods need mounts that spread.
mount -o remount,ro /sys
mount --make-rshared /

# Every node is a machine of its own. The kubelet reads both.
rm -f /etc/machine-id
systemd-machine-id-setup >/dev/null 2>&1
[ -e /kind/product_uuid ] || cat /proc/sys/kernel/random/uuid >/kind/product_uuid
for file in /sys/class/dmi/id/product_uuid /sys/devices/virtual/dmi/id/product_uuid; do
  if [ -e "$file" ]; then mount -o ro,bind /kind/product_uuid "$file"; fi
done

# Pods' packets pass through, and may come back another way than they went.
for setting in ip_forward=1 conf.all.rp_filter=0 conf.default.rp_filter=0; do
  sysctl -qw "net.ipv4.$setting" || true
done

# kind waits for one of the two last lines.
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  echo 'entrypoint: detected cgroup v2'
else
  # systemd mounts every controller that /proc/cgroups lists and that is not mounted yet, which would lie outside of the
  # container's own view. It is shown those alone that Docker has mounted.
  mount --make-rprivate /sys/fs/cgroup
  while read -r controller rest; do
    case "$controller" in
      '#'*) printf '%s\t%s\n' "$controller" "$rest" ;;
      *) if [ -d "/sys/fs/cgroup/$controller" ]; then printf '%s\t%s\n' "$controller" "$rest"; fi ;;
    esac
  done </proc/cgroups >/kind/cgroups
  mount --bind /kind/cgroups /proc/cgroups
  echo 'entrypoint: detected cgroup v1'
fi
exec "$@"
