/** Which class of R-SRV-11 an attempt's end belongs to, from what the socket or the answer said. */
import type { FailureClass, Outcome } from '../../record.ts';
import { EnvironmentError } from '../environment-error.ts';

/** `connecting`: nothing was sent yet. `sent`: the request has been handed to the connection. */
export type AttemptPhase = 'connecting' | 'sent';

const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);
const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA']);

/** What only this machine's own limits can cause: no cluster is to blame for it. */
const OWN_LIMITS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'it ran out of local ports: lower the rate, or keep connections alive',
  EADDRINUSE: 'it ran out of local ports: lower the rate, or keep connections alive',
  EMFILE: 'it may open no more files: raise the limit with ulimit -n',
  ENFILE: 'the machine may open no more files',
  ENOBUFS: 'the machine has no memory left for sockets',
  ENOMEM: 'the machine has no memory left',
  EACCES: 'a firewall of this machine forbids it',
  EPERM: 'a firewall of this machine forbids it',
};

/** @throws EnvironmentError when the generator itself is at its limit */
export function outcomeOfError(code: string | undefined, phase: AttemptPhase): FailureClass {
  const own = code === undefined ? undefined : OWN_LIMITS[code];
  if (own !== undefined) throw new EnvironmentError(`The load generator stopped: ${own}.`);
  if (code === 'ECONNREFUSED') return 'refused';
  if (code !== undefined && UNREACHABLE.has(code)) return 'unreachable';
  if (code !== undefined && DNS.has(code)) return 'dns';
  // The kernel's own patience has ended before ours.
  if (code === 'ETIMEDOUT') return phase === 'connecting' ? 'connect-timeout' : 'request-timeout';
  return 'reset';
}

/** The connection ended properly (FIN) before the answer was complete. */
export function outcomeOfEnd(): FailureClass {
  return 'eof';
}

/** Our own patience has ended. */
export function outcomeOfDeadline(phase: AttemptPhase): FailureClass {
  return phase === 'connecting' ? 'connect-timeout' : 'request-timeout';
}

/** @param fromPod whether the workload's own header was there; a proxy's answer lacks it */
export function outcomeOfStatus(status: number, fromPod: boolean): Outcome {
  if (status < 500) return 'ok';
  if (fromPod) return 'http-5xx';
  if (status === 502) return 'http-502';
  if (status === 503) return 'http-503';
  if (status === 504) return 'http-504';
  return 'http-5xx';
}
