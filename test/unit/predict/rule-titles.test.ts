import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_RULE } from '../../../src/record.ts';
import { ruleTitle, TITLED_RULES } from '../../../src/predict/rule-titles.ts';

describe('rule titles', () => {
  it('cover every rule that attribution can name', () => {
    const source = ['attribution', 'fault-cause']
      .map((name) =>
        readFileSync(new URL(`../../../src/model/recording/${name}.ts`, import.meta.url), 'utf8'),
      )
      .join('');
    const named = new Set([...source.matchAll(/'(R-[A-Z]+-\d+)'/gu)].map(([, rule]) => rule));
    expect(named.size).toBeGreaterThan(10);
    expect([...named].filter((rule) => rule !== undefined && !TITLED_RULES.includes(rule))).toEqual([]);
  });

  it('are short sentences without a full stop', () => {
    for (const rule of TITLED_RULES) {
      expect(ruleTitle(rule).length).toBeLessThanOrEqual(58);
      expect(ruleTitle(rule)).toMatch(/^[A-Z].*[^.]$/u);
    }
  });

  it('fall back to the rule’s id', () => {
    expect(ruleTitle('R-NEW-1')).toBe('R-NEW-1');
    expect(ruleTitle(UNKNOWN_RULE)).toBe('The record does not show why');
  });
});
