import { describe, expect, it } from 'vitest';
import { diagnosticsText } from '../../../src/report/diagnostics-text.ts';
import { sourcesOf } from '../../../src/report/source-lines.ts';
import type { Diagnostic } from '../../../src/scenario/diagnostic.ts';

const sources = sourcesOf(
  {
    root: '.',
    scenarioFile: 's.yaml',
    entries: { 'd.yaml': { kind: 'text', text: 'spec:\n  type: RollingUpdat\n' } },
  },
  ['a.b=3'],
);

const wrongType: Diagnostic = {
  code: 'E204',
  severity: 'error',
  message: 'This is no strategy.',
  location: { file: 'd.yaml', line: 2, column: 9 },
  path: 'spec.type',
  value: 'RollingUpdat',
  expected: 'RollingUpdate or Recreate',
  hint: 'Did you mean RollingUpdate?',
};

describe('diagnosticsText', () => {
  it('shows the line, marks the value, and says what would be right', () => {
    expect(diagnosticsText([wrongType], sources)).toBe(`error E204  d.yaml:2:9  This is no strategy.
    2 |   type: RollingUpdat
      |         ^^^^^^^^^^^^
    field     spec.type
    value     RollingUpdat
    expected  RollingUpdate or Recreate
    hint      Did you mean RollingUpdate?

1 error
`);
  });

  it('names a setting by its number', () => {
    const location = { file: '--set', line: 1, column: 1 };
    const text = diagnosticsText(
      [{ code: 'E802', severity: 'error', message: 'Nothing.', location }],
      sources,
    );
    expect(text).toContain('error E802  --set (no. 1)  Nothing.\n    | a.b=3');
  });

  it('does without a line that is not at hand', () => {
    const location = { file: 'gone.yaml', line: 4, column: 2 };
    const text = diagnosticsText([{ code: 'W201', severity: 'warning', message: 'Odd.', location }], sources);
    expect(text).toBe('warning W201  gone.yaml:4:2  Odd.\n\n1 warning\n');
  });
});
