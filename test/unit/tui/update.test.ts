import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/tui/message.ts';
import { isTyping, screenName } from '../../../src/tui/screen.machine.ts';
import { update } from '../../../src/tui/update.ts';
import { listedNames } from '../../../src/tui/update/list.ts';
import {
  after,
  changedState,
  listState,
  NAME,
  openState,
  press,
  run,
  SCENARIO,
  typed,
  VIEW,
} from './fixture.ts';

describe('the scenario list', () => {
  it('opens the chosen scenario, and shows it once it is read', () => {
    const chosen = after(listState(), ...press('down'));
    const { state, effects } = update(chosen, { kind: 'key', key: 'enter' });
    expect(effects).toEqual([{ kind: 'open', name: NAME }]);
    expect(state.opening).toBe(NAME);
    const opened = update(state, { kind: 'opened', name: NAME, scenario: SCENARIO });
    expect(screenName(opened.state.screen)).toBe('timeline');
    expect(opened.effects.map(({ kind }) => kind)).toEqual(['view', 'predict']);
  });

  it('searches names and what is said about them, letter by letter', () => {
    const searched = after(listState(), ...press({ text: '/' }), ...typed('no-pre'));
    expect(isTyping(searched.screen)).toBe(true);
    expect(listedNames(searched.list)).toEqual([NAME]);
    // q is a letter here.
    expect(update(searched, { kind: 'key', key: { text: 'q' } }).effects).toEqual([]);
    expect(listedNames(after(searched, ...press('escape')).list)).toHaveLength(4);
    expect(listedNames({ ...searched.list, query: 'teaches recr' })).toEqual(['recreate']);
  });

  it('says what is wrong with a scenario that cannot be read, and stays', () => {
    const state = after(listState(), ...press('enter'));
    const refused = after(state, {
      kind: 'not-opened',
      name: 'black-friday',
      problems: ['E101 no such file', 'E102'],
    });
    expect(refused.notice).toContain('E101 no such file');
    expect(screenName(refused.screen)).toBe('list');
  });

  it('does not show a scenario that somebody else has taken the place of', () => {
    const state = after(listState(), ...press('enter', 'down', 'enter'));
    expect(after(state, { kind: 'opened', name: 'black-friday', scenario: SCENARIO }).opened).toBeNull();
  });
});

describe('the timeline', () => {
  it('starts at the first failure, moves by columns and stays within the run', () => {
    const state = openState();
    expect(state.opened?.timeline.cursorMs).toBe(4500);
    const columnMs = 12_000 / 67;
    expect(after(state, ...press('right')).opened?.timeline.cursorMs).toBeCloseTo(4500 + columnMs);
    expect(after(state, ...press('home', 'left')).opened?.timeline.cursorMs).toBe(0);
    expect(after(state, ...press('end', 'right')).opened?.timeline.cursorMs).toBe(12_000);
  });

  it('goes from event to event', () => {
    const start = after(openState(), ...press('home'));
    const cursors = [1, 2, 3, 4, 5].map(
      (count) => after(start, ...typed('n'.repeat(count))).opened?.timeline.cursorMs,
    );
    expect(cursors).toEqual([3000, 4000, 9000, 11_000, 12_000]);
    expect(after(start, ...typed('nnp')).opened?.timeline.cursorMs).toBe(3000);
  });

  it('zooms around the cursor, and out again to the whole run', () => {
    const zoomed = after(openState(), ...typed('+'));
    const window = zoomed.opened?.timeline.window;
    expect((window?.toMs ?? 0) - (window?.fromMs ?? 0)).toBeCloseTo(6000);
    expect(window?.fromMs).toBeLessThan(4500);
    expect(after(zoomed, ...typed('-')).opened?.timeline.window).toBeNull();
    // The window follows the cursor.
    expect(after(zoomed, ...press('end')).opened?.timeline.window?.toMs).toBe(12_000);
  });
});

describe('a change', () => {
  const whatIf = after(openState(), ...typed('3'));

  it('is asked for by turning a knob, and only the last one counts', () => {
    const first = update(after(whatIf, ...press('down')), { kind: 'key', key: 'right' });
    expect(first.effects).toEqual([
      { kind: 'configure', generation: 2, fixes: [], turned: { maxSurge: expect.any(String) } },
    ]);
    const second = update(first.state, { kind: 'key', key: 'right' });
    const stale = after(second.state, {
      kind: 'configured',
      generation: 2,
      fixed: SCENARIO,
      current: SCENARIO,
      set: ['a=b'],
    });
    expect(stale.opened?.configuring).toBe(true);
    expect(stale.opened?.set).toEqual([]);
  });

  it('is predicted at once, and its causes are found when all runs have ended', () => {
    const turned = after(whatIf, ...press('down', 'right'));
    const changed = changedState(turned, 'spec.traffic.rate=1000');
    expect(changed.opened?.after).toHaveLength(4);
    expect(changed.opened?.viewIsOld).toBe(true);
    const generation = changed.opened?.generation ?? 0;
    const partly = after(turned, {
      kind: 'configured',
      generation,
      fixed: SCENARIO,
      current: SCENARIO,
      set: [],
    });
    expect(partly.opened?.after).toBeNull();
    const viewed = after(changed, { kind: 'viewed', generation, view: VIEW });
    expect(viewed.opened?.viewIsOld).toBe(false);
  });

  it('explains the changed scenario with its own settings', () => {
    const turned = after(whatIf, ...press('down', 'right'));
    const set = 'spec.traffic.rate=1000';
    const three = [1, 2, 3].map((seed, index) => ({ index, run: run(seed, 10) }));
    const generation = turned.opened?.generation ?? 0;
    const changed = changedState(turned, set);
    const waiting = { ...changed, opened: changed.opened && { ...changed.opened, after: [] } };
    const almost = update(waiting, { kind: 'ran', slot: 'after', generation, runs: three });
    expect(almost.effects).toEqual([]);
    const last = update(almost.state, {
      kind: 'ran',
      slot: 'after',
      generation,
      runs: [{ index: 3, run: run(4, 10) }],
    });
    const [effect] = last.effects as readonly Extract<Effect, { kind: 'explain' }>[];
    expect(effect?.kind).toBe('explain');
    expect(effect?.set).toEqual([set]);
    expect(effect?.runs).toHaveLength(4);
  });

  it('that does not fit is refused with its reason', () => {
    const turned = after(whatIf, ...press('down', 'right'));
    const generation = turned.opened?.generation ?? 0;
    const refused = after(turned, { kind: 'not-configured', generation, problem: 'E802 no such field' });
    expect(refused.opened?.problem).toBe('E802 no such field');
    expect(refused.opened?.configuring).toBe(false);
  });

  it('can be typed, and what is no value is told so', () => {
    const typing = after(whatIf, ...press('down', 'enter'), ...typed('two'));
    expect(isTyping(typing.screen)).toBe(true);
    expect(after(typing, ...press('enter')).notice).toMatch(/two/u);
    const right = update(after(whatIf, ...press('down', 'enter'), ...typed('150%')), {
      kind: 'key',
      key: 'enter',
    });
    expect(right.effects).toMatchObject([{ kind: 'configure', turned: { maxSurge: '150%' } }]);
    expect(isTyping(right.state.screen)).toBe(false);
  });

  it('is taken back with x', () => {
    const changed = changedState(after(whatIf, ...press('down', 'right')), 'spec.traffic.rate=1000');
    expect(update(changed, { kind: 'key', key: { text: 'x' } }).effects).toMatchObject([
      { kind: 'configure', fixes: [], turned: {} },
    ]);
    expect(after(openState(), ...typed('x')).notice).toBe('Nothing is changed.');
  });

  it('by a fix keeps what the knobs did before it', () => {
    const changed = changedState(after(whatIf, ...press('down', 'right')), 'spec.traffic.rate=1000');
    const generation = changed.opened?.generation ?? 0;
    const rows = openState().opened?.causes.rows ?? [];
    const explained = after(changed, { kind: 'explained', generation, rows }, ...typed('2'));
    const { effects } = update(explained, { kind: 'key', key: 'enter' });
    expect(effects).toMatchObject([
      {
        kind: 'configure',
        turned: {},
        fixes: [{ set: ['spec.traffic.rate=1000'] }, { set: rows[0]?.fix?.set }],
      },
    ]);
  });
});

describe('the other screens', () => {
  it('are reached by number and by Tab, and left by Esc', () => {
    const names = ['2', '3', '4', '5', '1'].map((key) =>
      screenName(after(openState(), ...typed(key)).screen),
    );
    expect(names).toEqual(['causes', 'whatIf', 'questions', 'compare', 'timeline']);
    expect(screenName(after(openState(), ...press('back-tab')).screen)).toBe('compare');
    expect(screenName(after(openState(), ...press('tab', 'tab', 'escape')).screen)).toBe('list');
  });

  it('help goes back to where it was asked for', () => {
    const asked = after(openState(), ...typed('4?'));
    expect(screenName(asked.screen)).toBe('help');
    expect(screenName(after(asked, ...press('escape')).screen)).toBe('questions');
  });

  it('a fix that was tried is told beside every cause that it stands for', () => {
    const state = openState();
    const [row] = state.opened?.causes.rows ?? [];
    const failed = { mean: 1, sd: 0, p2_5: 1, p25: 1, p50: 1, p75: 1, p97_5: 1, min: 1, max: 1 };
    const key = row?.fix?.set.join('\n') ?? '';
    const tried = after(state, { kind: 'fix-tried', generation: 1, key, failed });
    expect(tried.opened?.causes.rows?.[0]?.fix?.failed).toBe(failed);
    expect(
      after(state, { kind: 'fix-tried', generation: 1, key, failed: null }).opened?.causes.rows?.[0]?.fix,
    ).toBeNull();
  });

  it('a question is asked in plain words, and again after a change', () => {
    const words = after(openState(), ...typed('4/max pods during surge'));
    const { state, effects } = update(words, { kind: 'key', key: 'enter' });
    expect(effects).toMatchObject([{ kind: 'ask', generation: 1, question: 'max-pods', changed: null }]);
    const unclear = after(openState(), ...typed('4/xyzzy'), ...press('enter'));
    expect(unclear.notice).toBe('It is not clear which question that is.');
    const changed = after(state, ...typed('3'), ...press('down', 'right'));
    const generation = changed.opened?.generation ?? 0;
    const set = 'spec.traffic.rate=1000';
    const configured = changedState(changed, set);
    const runs = [{ index: 0, run: run(1, 5) }];
    const again = update(configured, { kind: 'ran', slot: 'after', generation, runs });
    expect(again.effects).toContainEqual(
      expect.objectContaining({ kind: 'ask', generation, question: 'max-pods' }),
    );
  });

  it('another scenario is run for comparison', () => {
    const chosen = update(after(openState(), ...typed('5'), ...press('down')), { kind: 'key', key: 'enter' });
    expect(chosen.effects).toEqual([{ kind: 'compare', name: 'recreate', generation: 1 }]);
    const compared = after(chosen.state, {
      kind: 'ran',
      slot: 'other',
      generation: 1,
      runs: [{ index: 0, run: run(1, 0) }],
    });
    expect(compared.opened?.compare.other?.runs[0]?.totals.failed).toBe(0);
  });

  it('q ends, and Ctrl-C ends from anywhere, also while text is typed', () => {
    expect(update(openState(), { kind: 'key', key: { text: 'q' } }).effects).toEqual([
      { kind: 'quit', interrupted: false },
    ]);
    const typing = after(openState(), ...typed('4/'));
    expect(update(typing, { kind: 'key', key: 'interrupt' }).effects).toEqual([
      { kind: 'quit', interrupted: true },
    ]);
  });
});
