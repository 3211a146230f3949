/** A kind cluster that this program made, as the rest of the harness sees it: nothing else may get traffic or faults. */

export interface RunningCluster {
  readonly name: string;
  /** The kubeconfig's text, for this cluster's own API server on 127.0.0.1. */
  readonly kubeconfig: string;
  readonly kubernetesVersion: string;
  readonly kubeProxyMode: 'iptables' | 'nftables' | 'ipvs';
  /** Whether Chaos Mesh carries out its objects here. */
  readonly chaosMesh: boolean;
  /** Whether the nodes' kernel has netem, for network faults. */
  readonly netem: boolean;
  /** The NodePort under which the entrances reach the called Service. */
  readonly nodePort: number;
  /** Addresses of this machine that the nodes tell apart as callers; empty: they see one caller. */
  readonly callers: readonly string[];
  readonly nodes: readonly ClusterNode[];
}

export interface ClusterNode {
  /** The Kubernetes node's name, which is its container's too. */
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  /** Its address in Docker's network. */
  readonly address: string;
  /** Where this machine reaches the node's NodePort: always on loopback. */
  readonly entrance: { readonly host: '127.0.0.1'; readonly port: number };
}
