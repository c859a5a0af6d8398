import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';

const said = (name: string, code: number | null, stdout: string, stderr = '') =>
  judge({ name, code, stdout, stderr });

const reset =
  'warning: config section `memory` in /x/config.toml is malformed and was reset to defaults for this run.\n';

describe('config migrate', () => {
  const answer = (error: string | null) =>
    JSON.stringify({ error, migrated: false, schema_version: 3, valid: error === null }, null, 2);

  test('accepts', () => {
    expect(said('migrate', 0, answer(null))).toEqual({ kind: 'valid', warnings: [] });
  });

  test('names the path and what is wrong with the value', () => {
    const error =
      'migrated config failed to deserialize as current schema: invalid type: string "x", expected a boolean\nin `memory.auto_save`\n';
    expect(said('migrate', 1, answer(error), reset)).toEqual({
      kind: 'invalid',
      issues: [{ path: 'memory.auto_save', message: 'invalid type: string "x", expected a boolean' }],
    });
  });

  test('that fails over a file that is no TOML is broken, since we wrote it', () => {
    const stderr = `${reset}Error: failed to parse config TOML\n\nCaused by:\n    TOML parse error at line 13, column 3`;
    expect(said('migrate', 1, '', stderr)).toMatchObject({ kind: 'broken' });
  });

  test('with "valid" and a failing exit code is not believed', () => {
    expect(said('migrate', 1, answer(null)).kind).toBe('broken');
  });
});

describe('an empty config patch', () => {
  test('accepts', () => {
    expect(said('patch', 0, '{\n  "results": [],\n  "saved": true\n}')).toEqual({
      kind: 'valid',
      warnings: [],
    });
  });

  test('names a reference that leads nowhere, warnings before it or not', () => {
    const fault = JSON.stringify(
      {
        code: 'dangling_reference',
        message: 'risk_profiles.nope is not configured',
        path: 'agents.clawden.risk_profile',
      },
      null,
      2,
    );
    const issues = [{ path: 'agents.clawden.risk_profile', message: 'risk_profiles.nope is not configured' }];
    expect(said('patch', 1, '', fault)).toEqual({ kind: 'invalid', issues });
    expect(said('patch', 1, '', reset + fault)).toEqual({ kind: 'invalid', issues });
  });

  test('that says nothing is broken', () => {
    expect(said('patch', 0, '').kind).toBe('broken');
    expect(said('patch', null, '')).toEqual({ kind: 'broken', detail: 'exit by signal without a word' });
  });
});

describe('self-test', () => {
  const passed =
    '\n  \u001b[32m✓\u001b[0m 1/9 config — loaded\n\n  \u001b[32mAll 9 checks passed.\u001b[0m\n';

  test('accepts', () => {
    expect(said('self-test', 0, passed)).toEqual({ kind: 'valid', warnings: [] });
  });

  test('names what it refuses, colours or not', () => {
    const failed =
      '\n  \u001b[32m✓\u001b[0m 1/9 config — loaded\n  \u001b[31m✗\u001b[0m 6/9 channels — configured but not compiled: Slack.\n\n  \u001b[31m1/9 checks failed.\u001b[0m\n';
    expect(said('self-test', 1, failed)).toEqual({
      kind: 'invalid',
      issues: [{ path: '', message: 'channels — configured but not compiled: Slack.' }],
    });
  });

  test('that ends in the middle is broken', () => {
    expect(said('self-test', 134, '  ✓ 1/9 config — loaded', 'panicked at x').kind).toBe('broken');
  });
});

test.each(['migrate', 'patch', 'self-test'])(
  '%s: a variable that is no path of ZeroClaw names our path',
  (name) => {
    const stderr =
      'Error: ZEROCLAW_observability__otel_headers did not resolve to a schema path\n\nCaused by:\n    no schema field has env-form `observability__otel_headers`\n';
    expect(said(name, 1, '', stderr)).toMatchObject({
      kind: 'invalid',
      issues: [
        { path: 'observability.otel_headers', message: expect.stringContaining('not written to a file') },
      ],
    });
    const wrong =
      'Error: ZEROCLAW_gateway__session_ttl_hours → gateway.session_ttl_hours\n\nCaused by:\n    invalid digit found in string\n';
    expect(said(name, 1, '', wrong)).toEqual({
      kind: 'invalid',
      issues: [{ path: 'gateway.session_ttl_hours', message: 'invalid digit found in string' }],
    });
  },
);
