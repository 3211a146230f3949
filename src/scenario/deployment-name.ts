/** Deployments as kubectl takes them: `deployment/checkout`, `deployments.apps/checkout` and `checkout` all name checkout. */

export function deploymentName(text: string | undefined): string {
  return (text ?? '').replace(/^deploy(?:ments?)?(?:\.apps)?\//iu, '');
}
