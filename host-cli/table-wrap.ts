import stringWidth from 'fast-string-width';

// Made when it is needed: it takes 7 ms, and hardly a word is longer than its column.
let graphemes: Intl.Segmenter | undefined;

/** Lines of at most `width` terminal cells, broken at spaces where there are some, else between graphemes. */
export function wrapCell(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((line) => (stringWidth(line) <= width ? [line] : wrapLine(line, width)));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let last = '';
  for (const word of line.split(' ').flatMap((each) => pieces(each, width))) {
    const longer = last === '' ? word : `${last} ${word}`;
    if (stringWidth(longer) <= width) {
      last = longer;
      continue;
    }
    if (last !== '') lines.push(last);
    last = word;
  }
  return [...lines, last];
}

/** A word that fits no line, cut into those that do. */
function pieces(word: string, width: number): readonly string[] {
  if (stringWidth(word) <= width) return [word];
  const cut: string[] = [];
  let last = '';
  graphemes ??= new Intl.Segmenter();
  for (const { segment } of graphemes.segment(word)) {
    if (last !== '' && stringWidth(last + segment) > width) {
      cut.push(last);
      last = '';
    }
    last += segment;
  }
  return [...cut, last];
}
