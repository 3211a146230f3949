/** What every object loses and gains when it comes to the harness's cluster, whatever its kind. */
import type { ObjectEditor } from './object-editor.ts';

export function fitMetadata(editor: ObjectEditor, namespace: string): void {
  editor.set(['metadata', 'namespace'], namespace, 'one namespace holds all of a replay');
  // They name objects by identities that only their own cluster has.
  for (const field of ['ownerReferences', 'resourceVersion', 'uid', 'managedFields', 'creationTimestamp'])
    editor.set(['metadata', field], undefined, 'it belongs to the cluster that it was read from');
  editor.set(['status'], undefined, 'the cluster writes it');
}
