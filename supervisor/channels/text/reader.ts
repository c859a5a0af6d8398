import createParser, { type MarkdownIt, type StateBlock } from 'markdown-it';

/** Quotes and list items within each other; the lines of what lies deeper are one paragraph. */
const DEEPEST = 16;

let parser: MarkdownIt | undefined;

/** CommonMark with the tables, the strikethrough and the bare addresses of GitHub; HTML is text. */
export function reader(): MarkdownIt {
  parser ??= build();
  return parser;
}

function build(): MarkdownIt {
  // It stops reading where things are nested deeper than this, and inline it then looks no further for the end of a
  // link: with its 100 a megabyte of "![" takes 2.2 s, with 20 it takes 0.6 s.
  const markdown = new createParser({ html: false, linkify: true, maxNesting: DEEPEST + 4 });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  markdown.normalizeLinkText = (address) => address;
  markdown.block.ruler.before('table', 'deep', deep);
  return markdown;
}

/** The parser drops what is nested too deep; a reply loses nothing. */
function deep(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  if (silent || state.level < DEEPEST) return false;
  state.push('paragraph_open', 'p', 1).map = [start, end];
  const inline = state.push('inline', '', 0);
  inline.content = state.getLines(start, end, state.blkIndent, false).trim();
  inline.map = [start, end];
  inline.children = [];
  state.push('paragraph_close', 'p', -1);
  state.line = end;
  return true;
}
