/**
 * A process that opens connections of one request each and keeps nothing of them: connect, write, read, close, each in
 * the cheapest way that node:net has. It is sent where, what and for how long, and tells what it took.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface BareOrder {
  readonly port: number;
  readonly request: string;
  readonly rateRps: number;
  /** What comes before is not counted. */
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

export interface BareUse {
  readonly requests: number;
  readonly cpuMs: number;
  /** Of it in the kernel. */
  readonly kernelMs: number;
}

/** What comes is read into one buffer for all of them. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

process.once('message', (order: BareOrder) => {
  void use(order).then((told) => process.send?.(told));
});
process.on('disconnect', () => process.exit(0));

function openOne(port: number, bytes: Buffer): void {
  const onread = { buffer: READ_BUFFER, callback: () => true };
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, onread });
  socket.on('connect', () => socket.write(bytes));
  socket.on('end', () => socket.destroy());
}

async function use({ port, request, rateRps, warmUpMs, measuredMs }: BareOrder): Promise<BareUse> {
  const bytes = Buffer.from(request, 'latin1');
  const startMs = performance.now();
  let opened = 0;
  const until = async (endMs: number): Promise<number> => {
    for (;;) {
      const elapsedMs = performance.now() - startMs;
      if (elapsedMs >= endMs) return opened;
      for (; opened < (elapsedMs * rateRps) / 1000; opened++) {
        openOne(port, bytes);
      }
      await sleep(1);
    }
  };
  const before = await until(warmUpMs);
  const cpuBefore = process.cpuUsage();
  const requests = (await until(warmUpMs + measuredMs)) - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { requests, cpuMs: (user + system) / 1000, kernelMs: system / 1000 };
}
