/** Knobs, and what turning them does: before, after, and the difference. */
import { endedRuns, figuresOf } from '../figures.ts';
import { textOf as valueOf, type Knob } from '../knobs.ts';
import { isTyping } from '../screen.machine.ts';
import { fitted, joined, span, textOf, type Line } from '../span.ts';
import type { Opened, State } from '../state.ts';
import { headline } from './headline.ts';
import { CHART_FRAME_ROWS, runCharts } from './run-charts.ts';
import { settledLine } from './settled.ts';
import type { Area } from './area.ts';
import { figureTable } from './figure-table.ts';

const KNOB_WIDTH = 39;
/** Of the three charts together. */
const CHART_ROWS_MIN = 8;
const PODS_ROWS_MAX = 14;
/** From here on knobs and figures stand side by side. */
const WIDE = 124;

const LABELS: Readonly<Record<string, string>> = {
  minReadySeconds: 'min ready',
  'preStop.sleep': 'preStop sleep',
  terminationGracePeriodSeconds: 'grace period',
  'readiness.periodSeconds': 'readiness period',
  'readiness.failureThreshold': 'readiness failures',
  rate: 'rate, req/s',
  sessionAffinity: 'session affinity',
  keepAlive: 'keep-alive',
  onSigterm: 'on SIGTERM',
};

export function whatIfView(state: State, opened: Opened, area: Area): readonly Line[] {
  const { width, height } = area;
  const knobs = opened.knobs.map((knob, index) => knobLine(state, opened, knob, index));
  if (knobs.length === 0) {
    return [
      headline(opened),
      [],
      [span('   No Deployment stands behind the called Service: nothing to turn.')],
    ];
  }
  const settled = stateLine(state, opened);
  if (width >= WIDE) {
    const table = [...tableLines(opened, width - KNOB_WIDTH - 3), [], settled];
    const rows = Math.max(knobs.length, table.length);
    const both = Array.from({ length: rows }, (_, row): Line => [
      ...fitted(knobs[row] ?? [], KNOB_WIDTH),
      span(' │ ', 'faint'),
      ...(table[row] ?? []),
    ]);
    return [...both, ...belowLines(opened, { ...area, height: height - rows })];
  }
  const half = Math.ceil(knobs.length / 2);
  const pairs = knobs
    .slice(0, half)
    .map((line, row) => joined(fitted(line, KNOB_WIDTH), [span(' ')], knobs[row + half] ?? []));
  const table = tableLines(opened, width);
  const used = pairs.length + table.length + 1;
  return [...pairs, settled, ...table, ...belowLines(opened, { ...area, height: height - used })];
}

/** How to get the same from the command line and, where there is room, what a run looks like now. */
function belowLines(opened: Opened, { width, height, coloured }: Area): readonly Line[] {
  const settings = settingLines(opened, width, height);
  const rows = height - settings.length - CHART_FRAME_ROWS - 1;
  if (opened.view === null || rows < CHART_ROWS_MIN) return settings;
  const failed = Math.max(2, Math.floor(rows / 4));
  const charts = { pods: Math.min(PODS_ROWS_MAX, rows - 2 - failed), demand: 2, failed };
  return [...settings, [], ...runCharts(opened, opened.view, { width, coloured }, charts, null)];
}

/** `› maxSurge            ◂ 8 ▸  was 5`. */
function knobLine(state: State, opened: Opened, knob: Knob, index: number): Line {
  const selected = opened.whatIf.index === index;
  const label = LABELS[knob.name] ?? knob.name;
  const value = valueOf(knob, opened.turned) ?? 'a command';
  const head = span(` ${selected ? '›' : ' '} ${label.padEnd(19)}`, selected ? 'strong' : 'plain');
  if (selected && isTyping(state.screen)) return [head, span(`${opened.whatIf.typed}▏`, 'accent')];
  const was = opened.turned[knob.name] === undefined ? '' : ` was ${knob.current ?? 'a command'}`;
  const shown = selected
    ? span(`◂ ${value} ▸`, 'selected')
    : span(`  ${value}  `, was === '' ? 'plain' : 'doubtful');
  return [head, shown, span(was, 'faint')];
}

/** Settings that are refused have no figures. */
function tableLines({ baseline, after: changed, problem }: Opened, width: number): readonly Line[] {
  const after = problem === null ? changed : null;
  return figureTable(figuresOf(baseline, after), {
    width,
    before: after === null ? 'now' : 'before',
    after: after === null ? '' : 'after',
    runsBefore: endedRuns(baseline).length,
    runsAfter: after === null ? 0 : endedRuns(after).length,
  });
}

function stateLine({ runsWanted }: State, { problem, after, baseline }: Opened): Line {
  if (problem !== null) return [span(` ${problem}`, 'bad')];
  return after === null
    ? settledLine(endedRuns(baseline), null, runsWanted)
    : settledLine(endedRuns(after), endedRuns(baseline), runsWanted);
}

/** How to get the same from the command line. */
function settingLines({ name, set, problem }: Opened, width: number, rows: number): readonly Line[] {
  if (set.length === 0 || problem !== null || rows < 3) return [];
  const texts = set.map((text) => textOf(fitted([span(`   --set '${text}'`)], width)));
  return [
    [],
    [span(` sim run ${name} with`, 'faint')],
    ...texts.map((text): Line => [span(text, 'faint')]),
  ].slice(0, rows);
}
