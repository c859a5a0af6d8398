import type { Params, Upload } from './types.ts';

const HEADER_END = Buffer.from('\r\n\r\n');

/** multipart/form-data as browsers, undici and grammY write it (grammY quotes no file name). */
export function parseMultipart(body: Buffer, contentType: string): { params: Params; uploads: Upload[] } {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const params: Params = {};
  const uploads: Upload[] = [];
  const delimiter = `--${boundary?.[1] ?? boundary?.[2] ?? ''}`;
  for (const part of split(body, Buffer.from(delimiter))) {
    const end = part.indexOf(HEADER_END);
    if (end < 0) continue;
    const headers = part.subarray(0, end).toString();
    const data = part.subarray(end + HEADER_END.length);
    const field = parameter(headers, 'name');
    const filename = parameter(headers, 'filename');
    if (field === undefined) continue;
    if (filename === undefined) params[field] = data.toString();
    else
      uploads.push({ field, filename, type: /content-type:\s*([^\r\n]+)/i.exec(headers)?.[1] ?? '', data });
  }
  return { params, uploads };
}

function split(body: Buffer, delimiter: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = body.indexOf(delimiter);
  while (from >= 0) {
    // A delimiter counts only at the start of a line; the line break before it belongs to it.
    const start = from + delimiter.length + 2;
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), start - 2);
    if (next < 0) break;
    parts.push(body.subarray(start, next));
    from = next + 2;
  }
  return parts;
}

function parameter(headers: string, name: string): string | undefined {
  const match = new RegExp(
    `content-disposition:[^\\r\\n]*?;\\s*${name}=(?:"([^"]*)"|([^;\\r\\n]+))`,
    'i',
  ).exec(headers);
  return match?.[1] ?? match?.[2];
}
