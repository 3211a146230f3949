/**
 * Recognises Helm and Go templates, which are no YAML before they are rendered.
 */

const ACTION =
  /\{\{-?\s*(?:[.$(]|(?:if|else|end|range|with|include|template|define|block|tpl|toYaml|quote|printf|default|required|lookup|not|and|or|eq)\b)|\{\{-?\s*\/\*/u;

/** Offset of the first template action that does not stand in a comment, or null. */
export function findTemplateBraces(text: string): number | null {
  let offset = 0;
  for (const line of text.split('\n')) {
    const match = ACTION.exec(line);
    if (match !== null && !line.slice(0, match.index).trimStart().startsWith('#'))
      return offset + match.index;
    offset += line.length + 1;
  }
  return null;
}

/** Fields whose text may hold braces of its own: configuration, scripts and notes. */
const FREE_TEXT = new Set([
  'data',
  'stringData',
  'binaryData',
  'annotations',
  'command',
  'args',
  'env',
  'description',
]);

/** Paths, as segments, of values that are still template actions, such as a quoted `"{{ .Values.name }}"`. */
export function findTemplateValues(value: unknown): readonly (readonly (string | number)[])[] {
  const found: (readonly (string | number)[])[] = [];
  const walk = (node: unknown, path: readonly (string | number)[]): void => {
    if (typeof node === 'string' && ACTION.test(node)) found.push(path);
    else if (Array.isArray(node)) node.forEach((item, index) => walk(item, [...path, index]));
    else if (typeof node === 'object' && node !== null) {
      for (const [key, item] of Object.entries(node)) if (!FREE_TEXT.has(key)) walk(item, [...path, key]);
    }
  };
  walk(value, []);
  return found;
}
