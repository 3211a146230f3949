import { describe, expect, test } from 'vitest';
import { sim } from './cli-process.ts';

const SCENARIO = 'prestop-wrong-order';
const FEW = ['--runs', '2'];

describe('sim what-if', () => {
  test('takes a question without quotes', async () => {
    const { stdout, exitCode } = await sim([
      'what-if',
      SCENARIO,
      'how',
      'long',
      'does',
      'it',
      'take',
      ...FEW,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('“how long does it take” is taken as duration');
    expect(stdout).toContain('until the last old pod is gone');
  });

  test('puts values side by side, without the one that is there now', async () => {
    const { stdout, exitCode } = await sim([
      'what-if',
      SCENARIO,
      '--ask',
      'max-pods',
      '--vary',
      'maxSurge=2,3,5',
      ...FEW,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/^ {4}maxSurge 2 /mu);
    expect(stdout).toMatch(
      /by the controller’s count \(R-DEP-3\)\n {4}now +12\n {4}maxSurge 3 +13 +\+1\n {4}maxSurge 5 +15 +\+3\n/u,
    );
    expect(stdout).not.toContain('\u001B');
  });

  test('--set holds in every variant, and --json tells each with its settings', async () => {
    const { stdout, exitCode } = await sim([
      'what-if',
      SCENARIO,
      '--ask',
      'min-ready',
      '--vary',
      'preStop.sleep=40s',
      '--set',
      'deployment/gateway.spec.replicas=4',
      '--json',
      ...FEW,
    ]);
    expect(exitCode).toBe(0);
    const told = JSON.parse(stdout) as {
      schema: string;
      variants: { label: string; set: string[]; notes: string[]; answers: { question: string }[] }[];
    };
    expect(told.schema).toBe('rollout-sim/what-if/v1');
    expect(told.variants.map(({ label }) => label)).toEqual(['preStop.sleep 40s']);
    const [variant] = told.variants;
    expect(variant?.set[0]).toBe('deployment/gateway.spec.replicas=4');
    expect(variant?.notes.join()).toContain('terminationGracePeriodSeconds is raised');
    expect(variant?.answers.map(({ question }) => question)).toEqual(['min-ready']);
  });

  test.each([
    ['nothing that differs', ['--vary', 'maxSurge=2'], 'Nothing is different'],
    ['more than can be read', ['--vary', 'maxSurge=1..20'], 'sim sweep'],
    ['a field that is not there', ['--vary', 'maxSurg=3'], 'Did you mean maxSurge?'],
    ['an unclear question', ['do we have enough cpu'], 'may be max-pods or fits'],
    ['words that no question has', ['xyzzy'], 'No question has words of'],
    ['a question that is not there', ['--ask', 'max-pod'], 'Did you mean max-pods?'],
  ])('refuses %s', async (_what, words, message) => {
    const { stdout, stderr, exitCode } = await sim(['what-if', SCENARIO, ...words, ...FEW]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});
