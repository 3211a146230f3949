/**
 * Lifecycle hooks: what a preStop or postStart command does, as steps that the model can carry out.
 */
import * as z from 'zod';
import type { Hook, HookStep, Signal } from '../scenario.ts';
import { INT32_MAX } from '../scalars.ts';
import type { IssueParameters } from '../zod-issues.ts';
import { execSchema, httpGetSchema, tcpSocketSchema } from './probe.ts';

export interface RawHook {
  exec?: { command?: string[] | undefined } | undefined;
  httpGet?: { path?: string | undefined; port: number | string } | undefined;
  tcpSocket?: { port: number | string } | undefined;
  sleep?: { seconds: number } | undefined;
}

export const hookSchema: z.ZodType<RawHook> = z
  .strictObject({
    exec: execSchema.optional(),
    httpGet: httpGetSchema.optional(),
    tcpSocket: tcpSocketSchema.optional(),
    sleep: z.strictObject({ seconds: z.int().min(0).max(INT32_MAX) }).optional(),
  })
  .superRefine((hook, context) => {
    if (Object.values(hook).filter((handler) => handler !== undefined).length === 1) return;
    const params: IssueParameters = {
      code: 'E304',
      expected: 'exactly one of exec, sleep, httpGet, tcpSocket',
    };
    context.addIssue({ code: 'custom', message: 'A hook needs exactly one action.', params: { ...params } });
  });

export interface ReadHook {
  readonly hook: Hook;
  /** Commands that the model cannot carry out; they count as taking no time. */
  readonly unknown: readonly string[];
}

export function toHook(raw: RawHook): ReadHook {
  if (raw.sleep !== undefined) {
    const { seconds } = raw.sleep;
    return {
      hook: {
        handler: 'sleep',
        steps: [{ do: 'sleep', durationMs: seconds * 1000 }],
        text: `sleep ${seconds}s`,
      },
      unknown: [],
    };
  }
  if (raw.exec !== undefined) return execHook(raw.exec.command ?? []);
  const [handler, text] =
    raw.httpGet === undefined
      ? (['tcp', `TCP ${raw.tcpSocket?.port ?? ''}`] as const)
      : (['http', `GET ${raw.httpGet.path ?? '/'}`] as const);
  return { hook: { handler, steps: [], text }, unknown: [text] };
}

function execHook(command: readonly string[]): ReadHook {
  const script = shellScript(command);
  const commands = script === null ? [command] : splitScript(script);
  const steps: HookStep[] = [];
  const unknown: string[] = [];
  for (const words of commands) {
    const step = stepOf(words);
    if (step === null) unknown.push(words.join(' '));
    else if (step !== 'nothing') steps.push(step);
  }
  return { hook: { handler: 'exec', steps, text: script ?? command.join(' ') }, unknown };
}

/** The script of `sh -c SCRIPT` and its kin, or null when no shell is called. */
function shellScript(command: readonly string[]): string | null {
  const shell = baseName(command[0] ?? '');
  if (!['sh', 'bash', 'ash', 'dash', 'busybox'].includes(shell)) return null;
  const flag = command.findIndex((word) => /^-[a-z]*c$/u.test(word));
  return flag === -1 ? null : (command[flag + 1] ?? '');
}

/** Simple commands of a script: words without quotes and redirections, cut at `;`, `&&`, `||`, `&` and line ends. */
function splitScript(script: string): readonly (readonly string[])[] {
  return script
    .replaceAll(/(^|\s)#[^\n]*/gu, '$1')
    .replaceAll(/\d?>{1,2}\s*&?\s*[\w./-]+/gu, ' ')
    .split(/&&|\|\||[;&\n]/u)
    .map((command) =>
      command
        .trim()
        .split(/\s+/u)
        .map((word) => word.replaceAll(/["']/gu, ''))
        .filter((word) => word !== ''),
    )
    .filter((words) => words.length > 0);
}

const HARMLESS = new Set([
  'true',
  ':',
  'echo',
  'set',
  'exit',
  'date',
  'exec',
  'touch',
  'rm',
  'printf',
  'cat',
]);

function stepOf(words: readonly string[]): HookStep | 'nothing' | null {
  const [command = '', ...operands] = words[0] === 'exec' ? words.slice(1) : words;
  switch (baseName(command)) {
    case 'sleep': {
      const durationMs = sleepMs(operands);
      return durationMs === null ? null : { do: 'sleep', durationMs };
    }
    case 'kill':
      return killStep(operands);
    case 'nginx':
      return nginxStep(operands);
    default:
      return HARMLESS.has(baseName(command)) ? 'nothing' : null;
  }
}

/** `sleep` adds its operands up and takes the units s, m, h and d. */
function sleepMs(operands: readonly string[]): number | null {
  const unitMs: Readonly<Record<string, number>> = {
    '': 1000,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
  };
  let totalMs = 0;
  for (const operand of operands) {
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/u.exec(operand);
    if (match === null) return null;
    totalMs += Number(match[1]) * (unitMs[match[2] ?? ''] ?? Number.NaN);
  }
  return operands.length === 0 ? null : totalMs;
}

const SIGNALS: Readonly<Record<string, Signal>> = {
  TERM: 'TERM',
  QUIT: 'QUIT',
  INT: 'INT',
  KILL: 'KILL',
  HUP: 'HUP',
  '15': 'TERM',
  '3': 'QUIT',
  '2': 'INT',
  '9': 'KILL',
  '1': 'HUP',
};

/** `kill 1`, `kill -TERM 1`, `kill -SIGTERM 1`, `kill -15 1`, `kill -s TERM 1`; only process 1 is the application's. */
function killStep(operands: readonly string[]): HookStep | null {
  let name = 'TERM';
  const rest = [...operands];
  if (rest[0] === '-s' || rest[0] === '-n') name = rest.splice(0, 2)[1] ?? '';
  else if (rest[0]?.startsWith('-') === true && rest.length > 1) name = (rest.shift() ?? '').slice(1);
  if (rest[0] === '--') rest.shift();
  const signal = SIGNALS[name.toUpperCase().replace(/^SIG/u, '')];
  return signal !== undefined && rest.length === 1 && rest[0] === '1' ? { do: 'signal', signal } : null;
}

/** `nginx -s quit` drains, `nginx -s stop` ends at once (R-SRV-2 d). */
function nginxStep(operands: readonly string[]): HookStep | null {
  if (operands[0] !== '-s') return null;
  const signals = new Map<string, Signal>([
    ['quit', 'QUIT'],
    ['stop', 'TERM'],
    ['reload', 'HUP'],
  ]);
  const signal = signals.get(operands[1] ?? '');
  return signal === undefined ? null : { do: 'signal', signal };
}

function baseName(command: string): string {
  return command.slice(command.lastIndexOf('/') + 1);
}
