/** What the figures were measured on, in one line. */
import { cpus, totalmem } from 'node:os';

export function describeMachine(): string {
  const processors = cpus();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return [
    processors[0]?.model ?? 'unknown processor',
    `${processors.length} cores`,
    `${memoryGiB} GiB`,
    `Node ${process.version}`,
    `${process.platform} ${process.arch}`,
  ].join(', ');
}
