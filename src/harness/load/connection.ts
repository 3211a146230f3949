/**
 * One connection of a client and the request that it carries. A client of its own, on node:net, rather than undici: measured
 * in one process over 64 connections at 2 000 requests/s, undici's dispatch took 72–81 µs of CPU a request and a bare
 * socket 36–40 µs, and it reconnects by itself, which would hide whether a request met a new connection or a reused one.
 */
import { connect, type Socket } from 'node:net';
import type { FailureClass } from '../../record.ts';
import { AnswerReader, type Answer } from './answer-reader.ts';
import type { PendingRequest } from './pending-request.ts';
import { outcomeOfEnd, outcomeOfError } from './socket-outcome.ts';
import type { Target } from './target.ts';

/** What happens on a connection that its client must know. */
export interface ConnectionListener {
  answered(connection: Connection, request: PendingRequest, answer: Answer): void;
  /** The attempt failed, and the connection is gone. */
  failed(connection: Connection, request: PendingRequest, outcome: FailureClass): void;
  /** It closed while it carried nothing. */
  closedIdle(connection: Connection): void;
  /** Something that no cluster can cause. */
  broken(error: unknown): void;
}

/** What comes is read out before anything else comes: one buffer does for all connections, and leaves nothing to collect. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

export class Connection {
  readonly target: Target;
  state: 'connecting' | 'busy' | 'idle' | 'closed' = 'connecting';
  /** Requests that it has carried, the present one included. */
  used = 0;
  idleSinceMs = 0;
  /** Position of its pod among all that answered, from 1: a connection stays with one pod. 0: none answered yet. */
  pod = 0;
  request: PendingRequest;
  readonly #listener: ConnectionListener;
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #last = false;

  /** Opens it for a first request. @param last whether it carries no other one */
  constructor(target: Target, request: PendingRequest, last: boolean, listener: ConnectionListener) {
    this.target = target;
    this.#listener = listener;
    this.request = request;
    this.#last = last;
    this.used = 1;
    const { host, port, source } = target;
    this.#socket = connect({
      host,
      port,
      ...(source === null ? {} : { localAddress: source }),
      // Otherwise the socket would shut its own side down before it closes: a system call for each connection.
      allowHalfOpen: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (length) => {
          this.#received(READ_BUFFER, length);
          return true;
        },
      },
    });
    this.#socket.on('connect', () => {
      this.state = 'busy';
      this.#write();
    });
    this.#socket.on('end', () => {
      this.#ended();
    });
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#erred(error.code);
    });
  }

  /** Sends another request on an idle connection. */
  send(request: PendingRequest, last: boolean): void {
    this.request = request;
    this.#last = last;
    this.state = 'busy';
    this.used += 1;
    this.#write();
  }

  /** Nothing that happens on it matters any more. */
  close(): void {
    this.state = 'closed';
    this.#socket.destroy();
  }

  #write(): void {
    this.#socket.write(this.#last ? this.target.lastRequest : this.target.request);
  }

  #received(bytes: Buffer, length: number): void {
    if (this.state === 'closed') return;
    if (this.state === 'idle') {
      // Unasked words end a connection: whatever they are, they answer no request.
      this.close();
      this.#listener.closedIdle(this);
      return;
    }
    try {
      const answer = this.#reader.read(bytes, length);
      if (answer !== null) this.#answered(answer);
    } catch (error) {
      this.#listener.broken(error);
    }
  }

  #answered(answer: Answer): void {
    const keeps = answer.keepsConnection && !this.#last;
    // The server closes it, so that this machine's ports are free at once.
    this.state = keeps ? 'idle' : 'closed';
    this.#listener.answered(this, this.request, answer);
  }

  #ended(): void {
    if (this.state === 'closed') {
      this.#socket.destroy();
      return;
    }
    if (this.state === 'idle') {
      this.close();
      this.#listener.closedIdle(this);
      return;
    }
    const answer = this.#reader.end();
    if (answer === null) {
      this.#fail(outcomeOfEnd());
      return;
    }
    this.#socket.destroy();
    this.#answered(answer);
  }

  #erred(code: string | undefined): void {
    if (this.state === 'closed') return;
    if (this.state === 'idle') {
      this.close();
      this.#listener.closedIdle(this);
      return;
    }
    try {
      this.#fail(outcomeOfError(code, this.state === 'connecting' ? 'connecting' : 'sent'));
    } catch (error) {
      this.#listener.broken(error);
    }
  }

  #fail(outcome: FailureClass): void {
    this.close();
    this.#listener.failed(this, this.request, outcome);
  }
}
