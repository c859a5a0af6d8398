/**
 * Where the JSON Schema of clawden.yaml is published; editors fetch it by the `yaml-language-server: $schema=` line.
 * `node scripts/docs.ts` writes the file.
 */
export const schemaAddress =
  'https://raw.githubusercontent.com/codervisor/clawden/main/schema/clawden.schema.json';
