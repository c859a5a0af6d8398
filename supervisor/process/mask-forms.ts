/** The ways in which one secret shows up in output: as it is, inside JSON, in URLs, in base64, line by line. */
export function encodedForms(secret: string): string[] {
  const forms = new Set<string>();
  const trimmed = secret.trim();
  for (const value of [secret, trimmed]) {
    forms.add(value);
    for (const form of jsonForms(value)) forms.add(form);
    for (const form of urlForms(value)) forms.add(form);
    for (const form of base64Forms(Buffer.from(value, 'utf8'))) forms.add(form);
  }
  // a private key with its lines torn apart: a log gives each its own prefix, a terminal its own line end
  for (const line of trimmed.includes('\n') ? trimmed.split('\n') : []) forms.add(line.trim());
  return [...forms];
}

/**
 * Go escapes for HTML (https://pkg.go.dev/encoding/json#HTMLEscape), Python all that is not ASCII
 * (https://docs.python.org/3/library/json.html), and a log in JSON may hold JSON.
 */
function jsonForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const hex = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return [
    json,
    json.replace(/[<>&]/g, hex),
    json.replace(/[^\0-\x7f]/g, hex),
    JSON.stringify(json).slice(1, -1),
  ];
}

function urlForms(value: string): string[] {
  const wellFormed = value.toWellFormed(); // a lone surrogate makes encodeURIComponent throw
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(
    /[!'()*~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1);
  const lower = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  return [component, strict, form, lower(component), lower(strict), lower(form), encodeURI(wellFormed)];
}

/**
 * Base64 depends on where in its three-byte group the secret begins: `user:secret` of HTTP Basic can be any of the
 * three. Per position only the characters that the secret alone decides can be known; the border ones mix in the
 * neighbours' bits. Encoded alone it is known wholly, with its last character and padding.
 */
function base64Forms(bytes: Buffer): string[] {
  const alone = bytes.toString('base64');
  const forms = [alone, alone.replace(/=+$/, '')];
  for (const shift of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    const first = Math.ceil((shift * 8) / 6);
    const end = Math.floor((shifted.length * 8) / 6);
    forms.push(shifted.toString('base64').slice(first, end));
  }
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
