/** The file of earlier counterexamples: read, tried first, and added to. Plain text in, plain text out. */
import { isMap, isSeq, parseDocument } from 'yaml';
import * as z from 'zod';
import type { Diagnostic } from '../../scenario/diagnostic.ts';
import { DiagnosticList } from '../../scenario/diagnostic-list.ts';
import { parseYaml } from '../../scenario/yaml-document.ts';
import { checkDocument } from '../../scenario/zod-issues.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Breaking } from './breaking.ts';
import { ownFaultEntries, type Schedule } from './schedule.ts';

export interface Regression {
  /** As they stand in the file: what a scenario's `faults` takes. */
  readonly faults: readonly unknown[];
}

const HEAD = `# Fault schedules that once broke this scenario. sim break tries them first and adds to them.
schedules: []
`;

const regressionsSchema = z.strictObject({
  schedules: z.array(
    z.strictObject({
      breaks: z.array(z.string()).optional(),
      seed: z.int().optional(),
      path: z.string().optional(),
      faults: z.array(z.unknown()).min(1),
    }),
  ),
});

/** @returns null where the file is no such file; `diagnostics` says why */
export function parseRegressions(
  file: string,
  text: string,
): { readonly regressions: readonly Regression[] | null; readonly diagnostics: readonly Diagnostic[] } {
  const list = new DiagnosticList();
  const [document] = parseYaml(file, text, list);
  if (document === undefined) {
    const regressions = list.hasErrors ? null : [];
    return { regressions, diagnostics: list.sorted() };
  }
  const checked = checkDocument(regressionsSchema, document, list);
  return { regressions: checked?.schedules ?? null, diagnostics: list.sorted() };
}

/** The schedule in a scenario as it is today; null where it does not fit any more, since a node or Deployment has gone. */
export function scheduleOf(
  { faults }: Regression,
  scenario: Scenario,
  reload: (set: readonly string[]) => Scenario | null,
): Schedule | null {
  const entries = ownFaultEntries(scenario);
  const settings = faults.map((fault, index) => `spec.faults[${entries + index}]=${JSON.stringify(fault)}`);
  const loaded = reload(settings);
  if (loaded === null) return null;
  return loaded.faults.slice(scenario.faults.length).map(({ start, action }) => ({ start, action }));
}

/** The file's text with a new counterexample at its end; everything that stands in it is kept, comments too. */
export function withRegression(text: string, breaking: Breaking): string {
  const { counterexample, engine } = breaking;
  if (counterexample === null) return text;
  const document = parseDocument(text.trim() === '' ? HEAD : text);
  const schedules: unknown = document.get('schedules');
  if (!isSeq(schedules)) throw new Error('a file of counterexamples that has been read holds a list of them');
  schedules.flow = false;
  const entry = document.createNode({
    breaks: counterexample.broken.map(({ name }) => name),
    seed: engine.seed,
    ...(counterexample.path !== null && { path: counterexample.path }),
    faults: counterexample.yaml.map((yaml) => parseDocument(yaml).toJS() as unknown),
  });
  if (isMap(entry)) {
    const [breaks, faults] = [entry.get('breaks'), entry.get('faults')];
    if (isSeq(breaks)) breaks.flow = true;
    if (isSeq(faults)) for (const fault of faults.items) if (isMap(fault)) fault.flow = true;
  }
  schedules.add(entry);
  return document.toString({ lineWidth: 0 });
}
