/** Settings as `--set` takes them, from values: `deployment/x.spec.replicas` and 3 → `deployment/x.spec.replicas=3`. */

export function settingText(path: string, value: unknown): string {
  return `${path}=${flowYaml(value)}`;
}

export function settingTexts(set: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(set).map(([path, value]) => settingText(path, value));
}

/** YAML on one line. Text is quoted whenever a reader of YAML could take it for something else. */
function flowYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${flowYaml(key)}: ${flowYaml(member)}`);
    return `{${members.join(', ')}}`;
  }
  if (typeof value === 'string' && !isPlain(value)) return JSON.stringify(value);
  return String(value);
}

/** Starts with a letter or is a duration or percentage, holds nothing that has a meaning in YAML. */
function isPlain(text: string): boolean {
  if (/^(?:true|false|yes|no|on|off|null|y|n)$/iu.test(text)) return false;
  return /^(?:[A-Za-z/][\w./-]*|\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|%))$/u.test(text);
}
