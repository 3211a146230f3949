# A kind node. The root file system was imported before: nothing here asks a registry for anything.
ARG ROOT_FILE_SYSTEM
FROM ${ROOT_FILE_SYSTEM}
COPY bin/containerd bin/containerd-shim-runc-v2 bin/ctr /usr/local/bin/
COPY bin/kube /usr/bin/
COPY cni/ /opt/cni/bin/
COPY containerd.toml /etc/containerd/config.toml
COPY containerd.service kubelet.service node-images.service /etc/systemd/system/
COPY entrypoint.sh /usr/local/bin/entrypoint
COPY import-images.sh /kind/bin/import-images.sh
# Outside of /var, which is a volume: Docker would copy the archives for every node.
COPY images/ /kind/images/
ARG KUBERNETES_VERSION
COPY prepare.sh /kind/bin/prepare.sh
RUN bash /kind/bin/prepare.sh "${KUBERNETES_VERSION}"
ENV container=docker
STOPSIGNAL SIGRTMIN+3
ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]
