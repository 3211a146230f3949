/** Names a process of this machine so that it can be recognised later, though its id may be given to another by then. */
import { startTicksOf } from './docker/daemon.ts';

/** The id and, where it can be had, when the process started. */
export function processText(pid: number = process.pid): string {
  return `${pid} ${startTicksOf(pid) ?? ''}`.trimEnd();
}

/** @returns the id of the process that the text names while it runs; null: it has ended */
export function runningProcess(text: string): number | null {
  const pid = Number(text.split(' ')[0]);
  return isRunning(pid) && processText(pid) === text ? pid : null;
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
