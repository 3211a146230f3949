import { expect, test } from 'vitest';
import { toHook } from '../../../src/scenario/manifests/hook.ts';

const sleep = (durationMs: number): unknown => ({ do: 'sleep', durationMs });
const signal = (name: string): unknown => ({ do: 'signal', signal: name });

test.each([
  [
    ['sh', '-c', 'kill -TERM 1; sleep 45'],
    [signal('TERM'), sleep(45_000)],
  ],
  [
    ['/bin/sh', '-c', 'sleep 5 && kill 1'],
    [sleep(5000), signal('TERM')],
  ],
  [
    ['/bin/bash', '-ec', 'sleep 5\nkill -s QUIT 1\n'],
    [sleep(5000), signal('QUIT')],
  ],
  [['/bin/sleep', '5'], [sleep(5000)]],
  [['sleep', '0.5'], [sleep(500)]],
  [['sleep', '1m', '30s'], [sleep(90_000)]],
  [['kill', '-15', '1'], [signal('TERM')]],
  [['kill', '-SIGINT', '1'], [signal('INT')]],
  [['kill', '-9', '1'], [signal('KILL')]],
  [['nginx', '-s', 'quit'], [signal('QUIT')]],
  [['/usr/sbin/nginx', '-s', 'stop'], [signal('TERM')]],
  [['sh', '-c', 'echo "going down" >&2; sleep 3 # wait'], [sleep(3000)]],
  [['sh', '-c', 'exec sleep 7'], [sleep(7000)]],
  [['sh', '-c', '/bin/kill -HUP 1 || true'], [signal('HUP')]],
])('%j', (command, steps) => {
  const { hook, unknown } = toHook({ exec: { command } });
  expect(hook.steps).toEqual(steps);
  expect(unknown).toEqual([]);
});

test.each([
  [['sh', '-c', 'curl -X POST localhost/drain; sleep 5'], ['curl -X POST localhost/drain']],
  [['kill', '-TERM', '42'], ['kill -TERM 42']],
  [['sh', '-c', 'sleep $SECONDS_TO_WAIT'], ['sleep $SECONDS_TO_WAIT']],
  [['/drain.sh'], ['/drain.sh']],
  [['nginx', '-t'], ['nginx -t']],
  [['nginx', '-s', 'constructor'], ['nginx -s constructor']],
])('%j holds commands that the model does not know', (command, commands) => {
  expect(toHook({ exec: { command } }).unknown).toEqual(commands);
});

test('a native sleep is one step (R-POD-20)', () => {
  expect(toHook({ sleep: { seconds: 10 } }).hook).toEqual({
    handler: 'sleep',
    steps: [sleep(10_000)],
    text: 'sleep 10s',
  });
});

test('an HTTP hook is known not to be simulated', () => {
  const { hook, unknown } = toHook({ httpGet: { path: '/drain', port: 8080 } });
  expect(hook).toMatchObject({ handler: 'http', steps: [] });
  expect(unknown).toEqual(['GET /drain']);
});
