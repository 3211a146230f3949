import { describe, expect, it } from 'vitest';
import { settingText } from '../../../src/predict/setting-text.ts';
import { parseSetting } from '../../../src/scenario/setting.ts';

describe('settingText', () => {
  it('writes what people would write', () => {
    expect(settingText('deployment/x.spec.strategy', { type: 'RollingUpdate', maxSurge: '25%' })).toBe(
      'deployment/x.spec.strategy={type: RollingUpdate, maxSurge: 25%}',
    );
    expect(settingText('spec.traffic.clients.idleTimeout', '90s')).toBe(
      'spec.traffic.clients.idleTimeout=90s',
    );
  });

  it('is read back as the same value by --set', () => {
    for (const value of [
      0,
      12,
      0.5,
      true,
      'on',
      '1.2',
      '12',
      'a: b',
      '',
      '30s',
      '25%',
      [1, 'x'],
      { a: { b: ['c'] } },
    ]) {
      const setting = parseSetting(settingText('spec.limits', value), 1);
      expect(setting).toMatchObject({ value });
    }
  });

  it('writes null for a field that is to go', () => {
    expect(parseSetting(settingText('spec.limits', null), 1)).toMatchObject({ value: undefined });
  });
});
