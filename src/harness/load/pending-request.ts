/** A request that was offered and has not ended. */
import type { TimeMs } from '../../kernel/time.ts';
import type { Connection } from './connection.ts';

export interface PendingRequest {
  readonly client: number;
  /** A closed loop's user; -1: an open loop's request. */
  readonly user: number;
  readonly arrivedMs: TimeMs;
  /** When the present attempt was handed to a connection. */
  sentMs: TimeMs;
  deadlineMs: TimeMs;
  attempts: number;
  /** Whether it wants a connection that was never used. */
  fresh: boolean;
  /** waiting: for a connection. parked: for its next attempt. */
  phase: 'waiting' | 'on-connection' | 'parked' | 'ended';
  connection: Connection | null;
}
