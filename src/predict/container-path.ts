/** The path of a container's field, as `--set` takes it. */

export function containerPath(deployment: string, container: string, field: string): string {
  return `deployment/${deployment}.spec.template.spec.containers[${container}].${field}`;
}
