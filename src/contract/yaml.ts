import { parse } from 'yaml';

/**
 * The value of a YAML text within the JSON data model: no anchors that multiply, no tags that build. An empty text is null.
 * @throws Error of the parser, with the place
 */
export function parseYaml(text: string): unknown {
  // Without `logLevel` the parser writes warnings to standard error, in the sender's own words.
  return parse(text, { maxAliasCount: 0, schema: 'core', uniqueKeys: true, logLevel: 'error' }) ?? null;
}
