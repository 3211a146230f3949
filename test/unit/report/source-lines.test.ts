import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../../src/report/source-lines.ts';

const text = `spec:
  replicas: 3 # enough
  lifecycle:
    preStop:
      exec:
        # Tells the app to stop.
        command: ["/bin/sh", "-c", "kill -TERM 1; sleep 45"]
  next: 1
`;
const sources = sourcesOf(
  { root: '.', scenarioFile: 's.yaml', entries: { 'd.yaml': { kind: 'text', text } } },
  ['spec.traffic.rate=5'],
);

describe('sourcesOf', () => {
  it('gives a line as it stands', () => {
    expect(sources.line('d.yaml', 2)).toBe('  replicas: 3 # enough');
    expect(sources.line('d.yaml', 99)).toBeNull();
    expect(sources.line('other.yaml', 1)).toBeNull();
  });

  it('gives a field without its comment', () => {
    expect(sources.field('d.yaml', 2)).toBe('replicas: 3');
  });

  it('joins a block with what stands below it, and not what follows; a shell says what it runs', () => {
    expect(sources.field('d.yaml', 4)).toBe('preStop: kill -TERM 1; sleep 45');
  });

  it('knows settings by their number', () => {
    expect(sources.line('--set', 1)).toBe('spec.traffic.rate=5');
  });
});
