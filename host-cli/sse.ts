/** The `data:` fields of a server-sent event stream, one per event, whatever the chunks look like. */
export async function* eventData(chunks: AsyncIterable<unknown>): AsyncGenerator<string> {
  let pending = '';
  let data: string[] = [];
  for await (const chunk of chunks) {
    const lines = (pending + String(chunk)).split(/\r?\n/);
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      else if (line === '' && data.length > 0) {
        yield data.join('\n');
        data = [];
      }
    }
  }
  if (data.length > 0) yield data.join('\n');
}
