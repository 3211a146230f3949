/**
 * Addresses under which this machine calls the nodes, so that a Service with session affinity meets as many callers as a
 * scenario has. They come from the range set apart for measuring networks (RFC 2544), which nobody routes: one local
 * route makes all of them this machine's own, and the nodes answer through their default route, which ends here.
 */

export const CALLER_RANGE = '198.18.0.0/24';

const CALLERS = 240;

export function callerAddresses(): readonly string[] {
  return Array.from({ length: CALLERS }, (_, index) => `198.18.0.${index + 1}`);
}
