import { afterEach, describe, expect, it } from 'vitest';
import { type AccessStage, accessStage, botChannel } from './testing.ts';

let stage: AccessStage;
afterEach(() => stage.remove());

const listed = botChannel({ mode: 'relayed', serves: 'relayed', allowFrom: ['1'] });

describe('changing by hand who may talk', () => {
  it('refuses what is no id of a person, each with what would be one', () => {
    stage = accessStage();
    for (const id of ['@ada', '-5', '42x', '1'.repeat(40), ' 42']) {
      expect(stage.act('allow', id)).toMatchObject({ status: 400, code: 'invalid_id' });
    }
    expect(stage.act('allow', 'ada')).toMatchObject({ message: expect.stringContaining('numeric') });
  });

  it('lets nobody in for everybody: that is said in the file', () => {
    stage = accessStage();
    expect(stage.act('allow', '*')).toMatchObject({ status: 400, code: 'everyone_only_in_file' });
  });

  it('does not take out whom the file lists, and says where that stands', () => {
    stage = accessStage([listed]);
    expect(stage.act('revoke', '1')).toMatchObject({
      status: 409,
      code: 'in_file',
      message: expect.stringContaining('/etc/clawden/clawden.yaml:4'),
    });
  });

  it('does not say of one person that he may not talk where everyone may', () => {
    stage = accessStage([botChannel({ mode: 'relayed', serves: 'relayed', allowFrom: ['*'] })]);
    stage.act('allow', '43');
    expect(stage.act('revoke', '43')).toMatchObject({
      status: 409,
      code: 'in_file',
      message: expect.stringMatching(/^everyone .*clawden.yaml:4/),
    });
  });

  it('says when there is no such channel or person', () => {
    stage = accessStage();
    expect(stage.act('reset', '', 'nope')).toMatchObject({
      status: 404,
      code: 'unknown_channel',
      message: 'no channel nope; there is telegram',
    });
    expect(stage.act('revoke', '43')).toMatchObject({ status: 404, code: 'not_allowed' });
  });

  it('allows a person once, however often it is said', () => {
    stage = accessStage([listed]);
    stage.act('allow', '43');
    stage.act('allow', '43');
    stage.act('allow', '1');
    expect(stage.list()[0]).toMatchObject({ fromFile: ['1'], allowed: [{ id: '43' }] });
  });

  it('needs no code for a channel that is unclaimed', () => {
    stage = accessStage([botChannel({ serves: 'relayed' })]);
    expect(stage.act('allow', '43')).toMatchObject({ kind: 'done', channel: { mode: 'relayed' } });
    expect(stage.list()[0]).not.toHaveProperty('owner');
  });

  it('forgets everybody but those of the file at a reset', () => {
    stage = accessStage([listed]);
    stage.act('allow', '43');
    expect(stage.act('reset')).toMatchObject({ channel: { mode: 'relayed', fromFile: ['1'], allowed: [] } });
  });

  it('shows a channel with all that is known of it', () => {
    stage = accessStage([listed]);
    expect(stage.list()).toEqual([
      {
        name: 'telegram',
        type: 'telegram',
        mode: 'relayed',
        serves: 'relayed',
        state: 'connecting',
        reason: null,
        account: null,
        groups: 'mention',
        allowed: [],
        fromFile: ['1'],
        traffic: null,
      },
    ]);
  });
});
