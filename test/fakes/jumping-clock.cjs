/**
 * Loaded before a program (`node --require`): its wall clock jumps by what the file JUMPING_CLOCK says (by default
 * /home/clawden/workspace/clock), in milliseconds, or stands still at `at N`. What is monotonic stays so, as it does on a
 * machine whose clock is set.
 */
const { readFileSync } = require('node:fs');
const Real = Date;
const file = process.env.JUMPING_CLOCK ?? '/home/clawden/workspace/clock';

function now() {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // not set
  }
  return text.startsWith('at ') ? Number(text.slice(3)) : Real.now() + Number(text);
}

globalThis.Date = class JumpingDate extends Real {
  constructor(...given) {
    super(...(given.length > 0 ? given : [now()]));
  }
  static now() {
    return now();
  }
};
