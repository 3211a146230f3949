/**
 * What pods do to connections and requests: the outcome table of one attempt (R-SRV-4), and what a change of a
 * pod's state does to everything that is on it at that instant (R-SRV-2, R-SRV-3, R-SRV-10).
 */
import type { DurationMs, TimeMs } from '../../kernel/time.ts';
import type { Clients } from '../../scenario/scenario.ts';
import type {
  FailureMechanism,
  NodeIndex,
  NodeState,
  PodIndex,
  ServerSpec,
  ServerState,
} from '../data-plane.ts';
import { ANSWERED, BY_DRAIN, BY_EXIT, BY_IDLE_TIMEOUT, SENT } from './connections.ts';
import { FULL, Server } from './server.ts';
import type { TrafficParts } from './traffic-parts.ts';

/** R-CLI-6: how long a kernel asks for the hardware address of a vanished pod on its own node. */
const UNREACHABLE_AFTER_MS = 3000;

export class ServerSide {
  readonly #parts: TrafficParts;
  readonly #clients: Clients;
  readonly #oneWayMs: DurationMs;
  readonly #clientIdleMs: DurationMs;
  readonly #requestsMax: number;
  readonly #servers: Server[] = [];

  constructor(parts: TrafficParts) {
    const clients = parts.traffic.clients;
    this.#parts = parts;
    this.#clients = clients;
    this.#oneWayMs = parts.oneWayMs;
    this.#clientIdleMs = clients.idleTimeoutMs > 0 ? clients.idleTimeoutMs : Number.POSITIVE_INFINITY;
    const limit = clients.requestsPerConnectionMax;
    if (clients.keepAlive) this.#requestsMax = limit > 0 ? limit : Number.POSITIVE_INFINITY;
    else this.#requestsMax = 1;
  }

  addPod(pod: PodIndex, key: string, node: NodeIndex, spec: ServerSpec): void {
    if (pod !== this.#servers.length) throw new Error(`pod ${pod} comes after ${this.#servers.length - 1}`);
    this.#servers.push(new Server(spec, node, this.#parts.streams, key));
  }

  /** Until when the last of all cold starts goes on. */
  coldUntilMs: TimeMs = Number.NEGATIVE_INFINITY;

  /** How many pods were ever added. */
  get count(): number {
    return this.#servers.length;
  }

  /** @throws Error for a pod that was never added */
  serverOf(pod: PodIndex): Server {
    const server = this.#servers[pod];
    if (server === undefined) throw new Error(`no pod ${pod} was added`);
    return server;
  }

  drainedAtMs(nowMs: TimeMs, pod: PodIndex): TimeMs {
    return Math.max(nowMs, this.serverOf(pod).lastEndMs);
  }

  /** A message of a client reaches its pod: a SYN, or a request. */
  messageArrives(connection: number, nowMs: TimeMs): void {
    if (this.#parts.connections.phase[connection] === SENT) this.requestArrives(connection, nowMs);
    else this.#synArrives(connection, nowMs);
  }

  /** R-CLI-6. */
  #synArrives(connection: number, nowMs: TimeMs): void {
    const { connections, handshakes, agenda } = this.#parts;
    const server = this.serverOf(connections.pod[connection] as number);
    const reached = this.#isReached(connection, server);
    if (reached && server.listening) {
      connections.phase[connection] = SENT;
      connections.used[connection] = 1;
      connections.sentMs[connection] = nowMs + this.#oneWayMs;
      connections.closedBy[connection] = BY_IDLE_TIMEOUT;
      connections.goneMs[connection] = Number.POSITIVE_INFINITY;
      handshakes.push(nowMs + 2 * this.#oneWayMs, connection);
      return;
    }
    if (reached && server.state !== 'absent') {
      agenda.failAt(nowMs + this.#oneWayMs, connection, {
        class: 'refused',
        mechanism: 'listener-closed',
        keepsConnection: false,
      });
      return;
    }
    // Retransmitted SYNs meet the same dead address, since the node has fixed the pod of this connection (R-KP-8).
    const openedMs = connections.openedMs[connection] as number;
    const deadlineMs = connections.deadlineMs[connection] as number;
    const givesUpMs = Math.max(nowMs, Math.min(openedMs + this.#clients.connectTimeoutMs, deadlineMs));
    const ownNode = server.node === connections.clientOf(connection) % this.#parts.balancers.length;
    const unreachable = reached && ownNode && openedMs + UNREACHABLE_AFTER_MS <= givesUpMs;
    agenda.failAt(unreachable ? openedMs + UNREACHABLE_AFTER_MS : givesUpMs, connection, {
      class: unreachable ? 'unreachable' : 'connect-timeout',
      mechanism: 'address-gone',
      keepsConnection: false,
    });
  }

  #isReached(connection: number, server: Server): boolean {
    const { nodes, connections, balancers } = this.#parts;
    return nodes.allUp || nodes.reaches(connections.clientOf(connection) % balancers.length, server.node);
  }

  /** What is in flight to pods that are not reached any more is never answered; connections live on (R-NOD-10). */
  setNode(nowMs: TimeMs, node: NodeIndex, state: NodeState): void {
    const { nodes, connections, agenda } = this.#parts;
    nodes.set(node, state);
    if (nodes.allUp) return;
    for (let connection = 0; connection < connections.size; connection++) {
      if (connections.phase[connection] !== ANSWERED) continue;
      const inFlight = (connections.endMs[connection] as number) > nowMs;
      if (!inFlight || this.#isReached(connection, this.serverOf(connections.pod[connection] as number)))
        continue;
      if (agenda.failsMs(connection) <= nowMs + this.#oneWayMs) continue;
      connections.unanswer(connection);
      this.#timesOut(connection, 'address-gone');
    }
  }

  requestArrives(connection: number, nowMs: TimeMs): void {
    const { connections } = this.#parts;
    const server = this.#servers[connections.pod[connection] as number] as Server;
    if ((connections.serverClosesMs[connection] as number) <= nowMs) {
      this.#resetOnClosed(connection, nowMs);
      return;
    }
    if (server.state === 'absent' || !this.#isReached(connection, server)) {
      this.#timesOut(connection, 'address-gone');
      return;
    }
    if (server.catchUp !== null) server.catchUp(nowMs);
    const endMs = server.accept(nowMs);
    if (endMs === FULL) {
      this.#overflows(connection, server, nowMs);
      return;
    }
    const answerMs = endMs + this.#oneWayMs;
    connections.phase[connection] = ANSWERED;
    connections.startMs[connection] = server.startMs;
    connections.endMs[connection] = endMs;
    this.#keepAlive(connection, server, endMs);
    if (answerMs > (connections.deadlineMs[connection] as number)) this.#timesOut(connection, 'deadline');
    else if (server.drawsError()) {
      this.#parts.agenda.failAt(answerMs, connection, {
        class: 'http-5xx',
        mechanism: 'application-error',
        keepsConnection: true,
      });
    } else this.#answers(connection, answerMs);
  }

  /**
   * A request that reached its pod at `arrivedMs`, before now, when nothing queued there: it is under way still, or was
   * answered, in which case it is counted by whoever did not follow it. True: it is under way.
   */
  servedEarlier(connection: number, arrivedMs: TimeMs, nowMs: TimeMs): boolean {
    const { connections } = this.#parts;
    const server = this.serverOf(connections.pod[connection] as number);
    const endMs = server.acceptEarlier(arrivedMs);
    const answerMs = endMs + this.#oneWayMs;
    connections.phase[connection] = ANSWERED;
    connections.startMs[connection] = arrivedMs;
    connections.endMs[connection] = endMs;
    this.#keepAlive(connection, server, endMs);
    if (answerMs <= nowMs) {
      connections.freeMs[connection] = answerMs;
      return false;
    }
    if (answerMs > (connections.deadlineMs[connection] as number)) this.#timesOut(connection, 'deadline');
    else connections.answerAt(connection, answerMs);
    return true;
  }

  /** The connection is open and has been idle since `freeMs`. */
  idleSince(connection: number, freeMs: TimeMs): void {
    const { connections } = this.#parts;
    const endMs = freeMs - this.#oneWayMs;
    connections.phase[connection] = ANSWERED;
    connections.startMs[connection] = endMs;
    connections.endMs[connection] = endMs;
    connections.freeMs[connection] = freeMs;
    this.#keepAlive(connection, this.serverOf(connections.pod[connection] as number), endMs);
  }

  /** The connection was kept open at the answer that left at its `endMs`. */
  keptFrom(connection: number): void {
    const { connections } = this.#parts;
    const server = this.serverOf(connections.pod[connection] as number);
    this.#keepAlive(connection, server, connections.endMs[connection] as number);
  }

  #answers(connection: number, answerMs: TimeMs): void {
    const { connections, waiting, agenda } = this.#parts;
    connections.answerAt(connection, answerMs);
    if ((connections.user[connection] as number) >= 0) agenda.answerAt(answerMs, connection);
    if (waiting.waiting > 0) {
      const client = connections.clientOf(connection);
      if (!waiting.isEmpty(client)) agenda.wakeAt(answerMs, client);
    }
  }

  /** Until when the connection can be used after the answer that leaves at `endMs`, and who ends it. */
  #keepAlive(connection: number, server: Server, endMs: TimeMs): void {
    const { connections } = this.#parts;
    const answerMs = endMs + this.#oneWayMs;
    const closesMs = endMs + server.keepAliveMs;
    connections.serverClosesMs[connection] = closesMs;
    if ((connections.used[connection] as number) >= this.#requestsMax || server.state !== 'serving') {
      connections.goneMs[connection] = answerMs;
    } else {
      const leavesMs = answerMs + this.#clientIdleMs;
      connections.goneMs[connection] =
        closesMs + this.#oneWayMs < leavesMs ? closesMs + this.#oneWayMs : leavesMs;
    }
  }

  /** R-CLI-5, R-SRV-4: the request was sent before the client could know, and an RST answers it. */
  #resetOnClosed(connection: number, nowMs: TimeMs): void {
    this.#parts.agenda.failAt(nowMs + this.#oneWayMs, connection, {
      class: 'reset',
      mechanism: this.#closeMechanism(connection),
      keepsConnection: false,
    });
  }

  #closeMechanism(connection: number): FailureMechanism {
    const { connections } = this.#parts;
    switch (connections.closedBy[connection]) {
      case BY_DRAIN:
        return connections.used[connection] === 1 ? 'accept-queue-reset' : 'drain-race';
      case BY_EXIT: {
        const sentMs = connections.sentMs[connection] as number;
        return sentMs <= (connections.serverClosesMs[connection] as number) ? 'in-flight-cut' : 'drain-race';
      }
      default:
        return 'idle-race';
    }
  }

  #timesOut(connection: number, mechanism: FailureMechanism): void {
    const { connections, agenda } = this.#parts;
    agenda.failAt(connections.deadlineMs[connection] as number, connection, {
      class: 'request-timeout',
      mechanism,
      keepsConnection: false,
    });
  }

  #overflows(connection: number, server: Server, nowMs: TimeMs): void {
    const { connections, agenda } = this.#parts;
    connections.phase[connection] = ANSWERED;
    if (server.overflow === 'drop') {
      // It lies unread in the connection's buffer: no worker will ever take it.
      connections.startMs[connection] = Number.POSITIVE_INFINITY;
      connections.endMs[connection] = Number.POSITIVE_INFINITY;
      this.#timesOut(connection, 'overflow');
      return;
    }
    connections.startMs[connection] = nowMs;
    connections.endMs[connection] = nowMs;
    this.#keepAlive(connection, server, nowMs);
    agenda.failAt(nowMs + this.#oneWayMs, connection, {
      class: 'http-5xx',
      mechanism: 'overflow',
      keepsConnection: true,
    });
  }

  setState(nowMs: TimeMs, pod: PodIndex, state: ServerState, warm: boolean): void {
    const server = this.serverOf(pod);
    const before = server.state;
    if (before === state) return;
    if (before === 'absent') throw new Error(`pod ${pod} cannot be ${state}: its address is gone for good`);
    if (!server.listening && (state === 'serving' || state === 'closing'))
      server.open(warm ? Number.NEGATIVE_INFINITY : nowMs);
    this.coldUntilMs = Math.max(this.coldUntilMs, server.coldUntilMs);
    if (state === 'refusing') this.endProcess(nowMs, pod);
    server.state = state;
    if (state === 'closing') this.#closeAfterAnswers(nowMs, pod);
    if (state === 'draining') this.#drain(nowMs, pod, server);
    if (state === 'absent') this.#vanish(nowMs, pod);
  }

  /** Lame duck with a close header: each answer ends its connection, and both sides know (R-SRV-2 c). */
  #closeAfterAnswers(nowMs: TimeMs, pod: PodIndex): void {
    const { connections } = this.#parts;
    for (let connection = 0; connection < connections.size; connection++) {
      if (connections.pod[connection] !== pod || connections.phase[connection] !== ANSWERED) continue;
      const endMs = connections.endMs[connection] as number;
      if (endMs > nowMs) connections.goneMs[connection] = endMs + this.#oneWayMs;
    }
  }

  /** R-SRV-2 b, R-SRV-3, R-SRV-4: the listener and idle connections close now, the others after their answer. */
  #drain(nowMs: TimeMs, pod: PodIndex, server: Server): void {
    const { connections, agenda } = this.#parts;
    const learnsMs = nowMs + this.#oneWayMs;
    let keptEndMs = Number.NEGATIVE_INFINITY;
    for (let connection = 0; connection < connections.size; connection++) {
      if (connections.pod[connection] !== pod) continue;
      const endMs = connections.endMs[connection] as number;
      if (connections.phase[connection] === SENT) this.#closeNow(connection, nowMs, BY_DRAIN);
      else if (connections.phase[connection] !== ANSWERED) continue;
      else if (endMs <= nowMs) this.#closeNow(connection, nowMs, BY_DRAIN);
      else if (connections.used[connection] === 1 && (connections.startMs[connection] as number) > nowMs) {
        if (agenda.failsMs(connection) <= learnsMs) continue;
        connections.unanswer(connection);
        agenda.failAt(learnsMs, connection, {
          class: 'reset',
          mechanism: 'accept-queue-reset',
          keepsConnection: false,
        });
      } else {
        connections.goneMs[connection] = endMs + this.#oneWayMs;
        const waits = (connections.startMs[connection] as number) > nowMs;
        if (waits && Number.isFinite(endMs)) keptEndMs = Math.max(keptEndMs, endMs);
      }
    }
    server.forgetQueue(nowMs, keptEndMs);
  }

  /** The kernel closes the sockets of a process that ended, whatever was on them (R-SRV-10). */
  endProcess(nowMs: TimeMs, pod: PodIndex): void {
    const { connections, agenda } = this.#parts;
    const server = this.serverOf(pod);
    server.clear();
    if (server.state === 'absent') return;
    server.state = 'refusing';
    const learnsMs = nowMs + this.#oneWayMs;
    for (let connection = 0; connection < connections.size; connection++) {
      if (connections.pod[connection] !== pod) continue;
      const answered = connections.phase[connection] === ANSWERED;
      if (answered && (connections.endMs[connection] as number) > nowMs) {
        // A failure that reaches the client before the close does stands.
        if (agenda.failsMs(connection) <= learnsMs) continue;
        connections.unanswer(connection);
        // A worker has read the request: FIN. It still lies in the socket's buffer: RST.
        const read = (connections.startMs[connection] as number) <= nowMs;
        agenda.failAt(learnsMs, connection, {
          class: read ? 'eof' : 'reset',
          mechanism: 'in-flight-cut',
          keepsConnection: false,
        });
      } else if (answered || connections.phase[connection] === SENT) {
        this.#closeNow(connection, nowMs, BY_EXIT);
      }
    }
  }

  #closeNow(connection: number, nowMs: TimeMs, by: number): void {
    const { connections } = this.#parts;
    if ((connections.serverClosesMs[connection] as number) <= nowMs) return;
    connections.serverClosesMs[connection] = nowMs;
    connections.closedBy[connection] = by;
    const learnsMs = nowMs + this.#oneWayMs;
    if (learnsMs < (connections.goneMs[connection] as number)) connections.goneMs[connection] = learnsMs;
  }

  /** The address is gone: nothing from or to it arrives any more, so clients wait until their deadlines (R-SRV-4). */
  #vanish(nowMs: TimeMs, pod: PodIndex): void {
    const { connections, agenda, nodes, balancers } = this.#parts;
    for (let connection = 0; connection < connections.size; connection++) {
      if (connections.pod[connection] !== pod) continue;
      const phase = connections.phase[connection];
      if (phase !== SENT && phase !== ANSWERED) continue;
      if (phase === ANSWERED && (connections.endMs[connection] as number) > nowMs) {
        if (!nodes.asks(connections.clientOf(connection) % balancers.length)) continue;
        if (agenda.failsMs(connection) <= nowMs + this.#oneWayMs) continue;
        connections.unanswer(connection);
        this.#timesOut(connection, 'address-gone');
      } else if ((connections.serverClosesMs[connection] as number) > nowMs) {
        connections.serverClosesMs[connection] = Number.POSITIVE_INFINITY;
        const freeMs = connections.freeMs[connection] as number;
        if ((connections.goneMs[connection] as number) > freeMs) {
          connections.goneMs[connection] = freeMs + this.#clientIdleMs;
        }
      }
    }
  }
}
