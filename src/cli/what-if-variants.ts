/** The changed scenarios that `sim what-if` asks about: one from all `--set` together, one for each choice of `--vary`. */
import type { Variant } from '../predict/what-if/what-if.ts';
import { Configurer } from '../predict/tune/configure.ts';
import { allPoints, gridSize, type Axis } from '../predict/tune/space.ts';
import { settingTexts } from '../predict/setting-text.ts';
import { diagnosticsText } from '../report/diagnostics-text.ts';
import { sourcesOf } from '../report/source-lines.ts';
import { loadScenario } from '../scenario/load.ts';
import { CommandError } from './command-error.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import type { ScenarioInput } from './scenario-input.ts';
import { readFields } from './vary-input.ts';

export interface LabelledVariant extends Variant {
  /** `maxSurge 10 · preStop.sleep 5s`. */
  readonly label: string;
  /** Every setting that makes it, as `--set` takes them. */
  readonly set: readonly string[];
  /** What was changed along with it. */
  readonly notes: readonly string[];
}

/** More than these nobody compares by eye. */
const VARIANTS_MAX = 12;

/**
 * One for each combination of values; one that says what is there now is left out.
 * @param changed the scenario with all `--set` in place: they hold in every variant
 * @throws CommandError when an argument makes no sense, or a combination does not fit
 */
export function readVariants(
  context: Context,
  baseline: ScenarioInput,
  changed: ScenarioInput,
  flags: { readonly set: readonly string[]; readonly vary: readonly string[] },
): readonly LabelledVariant[] {
  const { scenario, files } = changed;
  if (scenario === null) throw new Error('a scenario with errors has no variants');
  const fields = readFields(context, scenario, changed, flags);
  const axes: readonly Axis[] = fields.map(({ levels, ordered }) => ({ size: levels.length, ordered }));
  if (gridSize(axes) > VARIANTS_MAX) {
    throw new CommandError(
      ExitCode.badInput,
      `These are ${gridSize(axes)} combinations, more than the ${VARIANTS_MAX} that can be read side by side. sim sweep makes a table of them.`,
    );
  }
  const configurer = new Configurer(scenario, fields, (further) =>
    loadScenario(files, { set: [...flags.set, ...further] }),
  );
  return allPoints(axes).flatMap((point) => {
    const label = fields
      .map(({ name, levels }, axis) => `${name} ${levels[point[axis] ?? -1]?.text ?? ''}`)
      .join(' · ');
    const { set, scenario: configured, errors, graceSeconds } = configurer.configure(point);
    const texts = [...flags.set, ...settingTexts(set)];
    if (configured === null) {
      const problems = diagnosticsText(errors, sourcesOf(files, texts), context.errorStyle);
      throw new CommandError(
        ExitCode.badInput,
        `${label} does not fit the scenario.\n\n${problems.trimEnd()}`,
      );
    }
    if (configured.digest === baseline.scenario?.digest) return [];
    const notes =
      graceSeconds === null
        ? []
        : [`terminationGracePeriodSeconds is raised to ${graceSeconds}, so that it holds sleep and drain.`];
    return [
      {
        label,
        set: texts,
        scenario: configured,
        reload: (further) => loadScenario(files, { set: [...texts, ...further] }).scenario,
        notes,
      },
    ];
  });
}
