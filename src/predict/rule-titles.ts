/** Each rule that can explain a failed request, as one short sentence about what goes wrong. */
import { UNKNOWN_RULE } from '../record.ts';

const TITLES: Readonly<Record<string, string>> = {
  'R-SRV-7': 'The listener closes before the proxies stop sending',
  'R-SRV-5': 'SIGTERM arrives while the proxies still send',
  'R-SRV-2': 'The process exits with requests in flight',
  'R-SRV-8': 'The server closes a kept-alive connection under a request',
  'R-CLI-5': 'An idle connection is closed as a request sets out on it',
  'R-SRV-10': 'SIGKILL ends the grace period with requests in flight',
  'R-SRV-1': 'The process ignores SIGTERM and SIGKILL cuts its requests',
  'R-SRV-3': 'The closing listener resets connections not yet accepted',
  'R-POD-14': 'Pods count as Ready before they listen',
  'R-POD-25': 'A container crashes while the proxies still send',
  'R-POD-27': 'Liveness restarts containers that still get traffic',
  'R-POD-21': 'The process exits and takes its preStop hook with it',
  'R-KP-7': 'No pod is left to send to',
  'R-DEP-20': 'Recreate stops every old pod before a new one starts',
  'R-KP-11': 'Session affinity overloads some of the pods',
  'R-APP-9': 'The pods cannot take the load',
  'R-DEP-5': 'Healthy pods go first and the rest are overloaded',
  'R-APP-11': 'New pods are slow with their first requests',
  'R-SUR-18': 'Long-lived connections keep the load on few pods',
  'R-SRV-11': 'The application answers with errors of its own',
  'R-POD-23': 'A forced deletion gives the pod no time to leave',
  'R-CHX-5': 'Pods are killed faster than they come back',
  'R-CHX-6': 'Containers that do nothing stand in for the real ones',
  'R-CHX-7': 'A killed container is still sent to',
  'R-DRN-1': 'A drain takes every pod of its node at once',
  'R-NOD-3': 'A dead node is sent to until its heartbeats are missed',
  'R-NOD-9': 'A node is back before anyone notices that it was gone',
  'R-NOD-10': 'A node without network is still sent to',
  'R-APP-6': 'Readiness fails on every pod with what they share',
  'R-APP-8': 'Liveness restarts every pod for an outage elsewhere',
  'R-CLI-6': 'Nothing answers at the address that the proxy chose',
};

/** The rule's sentence; for a rule without one, its id. */
export function ruleTitle(rule: string): string {
  if (rule === UNKNOWN_RULE) return 'The record does not show why';
  return TITLES[rule] ?? rule;
}

export const TITLED_RULES: readonly string[] = Object.keys(TITLES);
