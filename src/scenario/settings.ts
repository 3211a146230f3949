/**
 * All `--set` values of one load: which document each belongs to, and which belonged to none.
 */
import type { DiagnosticList } from './diagnostic-list.ts';
import { didYouMean } from './did-you-mean.ts';
import { applySetting, parseSetting, SETTING_FILE, type Setting } from './setting.ts';
import { isRecord, type SourceDocument } from './yaml-document.ts';

export class Settings {
  readonly #settings: readonly Setting[];
  readonly #diagnostics: DiagnosticList;
  readonly #used = new Set<Setting>();
  readonly #targets = new Set<string>();

  constructor(texts: readonly string[], diagnostics: DiagnosticList) {
    this.#diagnostics = diagnostics;
    this.#settings = texts.flatMap((text, position) => {
      const setting = parseSetting(text, position + 1);
      if (typeof setting !== 'string') return [setting];
      diagnostics.add('E801', this.#location(position + 1), {
        message: setting,
        value: text,
        expected: 'path=value, such as spec.traffic.rate=5000 or deployment/NAME.spec.replicas=10',
      });
      return [];
    });
  }

  applyToScenario(document: SourceDocument): void {
    for (const setting of this.#settings) if (setting.target === null) this.#apply(setting, document);
  }

  applyToManifest(scope: 'before' | 'changes', document: SourceDocument): void {
    if (!isRecord(document.value)) return;
    const { kind, metadata } = document.value;
    const name = isRecord(metadata) ? metadata['name'] : undefined;
    if (typeof kind !== 'string' || typeof name !== 'string') return;
    this.#targets.add(`${kind.toLowerCase()}/${name}`);
    for (const setting of this.#settings) {
      const { target } = setting;
      if (target === null || target.name !== name || target.kind.toLowerCase() !== kind.toLowerCase())
        continue;
      if (target.scope === null || target.scope === scope) this.#apply(setting, document);
    }
  }

  /** To be called once every document has been offered. */
  reportUnused(): void {
    for (const setting of this.#settings) {
      const { target } = setting;
      if (target === null || this.#used.has(setting)) continue;
      const wanted = `${target.kind.toLowerCase()}/${target.name}`;
      const near = didYouMean(wanted, this.#targets);
      this.#diagnostics.add('E802', this.#location(setting.index), {
        message: `No manifest${target.scope === null ? '' : ` of ${target.scope}`} is ${wanted}.`,
        value: setting.text,
        hint: near === null || near === wanted ? undefined : `Did you mean ${near}?`,
      });
    }
  }

  #apply(setting: Setting, document: SourceDocument): void {
    this.#used.add(setting);
    const problem = applySetting(setting, document);
    if (problem === null) return;
    this.#diagnostics.add('E802', this.#location(setting.index), { message: problem, value: setting.text });
  }

  #location(index: number): { file: string; line: number; column: number } {
    return { file: SETTING_FILE, line: index, column: 1 };
  }
}
