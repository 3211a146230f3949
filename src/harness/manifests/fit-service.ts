/** Opens the called Service to the load generator: as a NodePort, with the traffic policy that its callers would meet. */
import type { Service } from '../../scenario/scenario.ts';
import type { ObjectEditor } from './object-editor.ts';

/** @param called whether the traffic is for it */
export function fitService(editor: ObjectEditor, service: Service, called: boolean, nodePort: number): void {
  if (!called) {
    // A port that another manifest of the user's cluster fixed may be the harness's own here.
    for (const index of editor.list(['spec', 'ports']).keys())
      editor.set(['spec', 'ports', index, 'nodePort'], undefined, 'node ports are the harness’s here');
    return;
  }
  editor.set(['spec', 'type'], 'NodePort', 'the load enters through the nodes');
  for (const field of ['clusterIP', 'clusterIPs', 'loadBalancerIP', 'loadBalancerClass'])
    editor.set(['spec', field], undefined, 'the load enters through the nodes');
  for (const index of editor.list(['spec', 'ports']).keys()) {
    const port = index === 0 ? nodePort : undefined;
    editor.set(['spec', 'ports', index, 'nodePort'], port, 'the load enters through the nodes');
  }
  // The scenario's callers are pods, which meet the internal policy; here they come from outside.
  const policy = service.internalTrafficPolicy;
  const given = editor.get(['spec', 'externalTrafficPolicy']);
  if (given !== undefined || policy === 'Local')
    editor.set(
      ['spec', 'externalTrafficPolicy'],
      policy,
      'callers inside of the cluster meet the internal policy',
    );
}
