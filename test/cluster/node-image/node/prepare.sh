#!/bin/bash
# Runs once, while the node image is built: the names that kind looks for, and a systemd that starts our units and
# nothing that expects a real machine.
set -euo pipefail

chmod 0755 /usr/local/bin/entrypoint /kind/bin/import-images.sh
for command in kubeadm kubelet kubectl; do ln -s kube "/usr/bin/$command"; done
echo "$1" >/kind/version
mkdir -p /etc/kubernetes/manifests /etc/cni/net.d /kind/manifests

units=/lib/systemd/system
rm -f "$units"/{multi-user,local-fs,basic,timers}.target.wants/* /etc/systemd/system/*.wants/*
rm -f "$units"/sockets.target.wants/*{udev,initctl}* "$units"/sysinit.target.wants/systemd-tmpfiles-setup.service
systemctl enable containerd kubelet node-images
systemctl mask systemd-binfmt systemd-udevd systemd-logind getty.target console-getty
printf '[Journal]\nReadKMsg=no\nStorage=volatile\nRuntimeMaxUse=64M\n' >/etc/systemd/journald.conf
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/*.log
