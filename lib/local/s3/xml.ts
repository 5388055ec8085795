const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML text. Control characters become references, as S3 writes them. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, (c) => escapes[c] ?? `&#x${c.charCodeAt(0).toString(16)};`);
}

export type XmlValue = string | number | boolean | XmlFields | XmlValue[] | undefined;
export interface XmlFields {
  [name: string]: XmlValue;
}

/** An element; an array repeats it, `undefined` omits it. */
function write(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => write(name, one)).join('');
  if (typeof value !== 'object') return `<${name}>${escapeXml(String(value))}</${name}>`;
  let inner = '';
  for (const [child, content] of Object.entries(value)) inner += write(child, content);
  return `<${name}>${inner}</${name}>`;
}

/** An error document has no namespace; every other one has S3's. */
export function element(name: string, fields: XmlFields): string {
  const body = write(name, fields);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${
    name === 'Error'
      ? body
      : body.replace(`<${name}>`, `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
  }`;
}

export interface XmlNode {
  name: string;
  text: string;
  children: XmlNode[];
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith('#')) return String.fromCodePoint(Number.parseInt(name.slice(1), 10));
    const character = entities[name];
    if (character === undefined) throw new Error(`unknown entity ${whole}`);
    return character;
  });
}

/**
 * Reads the small documents that clients send: elements and text; attributes and comments are passed over.
 *
 * @throws Error saying what is not well formed
 */
export function parseXml(document: string): XmlNode {
  const root: XmlNode = { name: '', text: '', children: [] };
  const open = [root];
  const token = /<\?.*?\?>|<!--.*?-->|<(\/?)([A-Za-z_][\w.:-]*)([^<>]*?)(\/?)>|([^<]+)/gsy;
  let end = 0;
  for (let match = token.exec(document); match !== null; match = token.exec(document)) {
    end = token.lastIndex;
    const [, closing, name, , selfClosing, text] = match;
    const parent = open[open.length - 1] as XmlNode;
    if (text !== undefined) parent.text += unescapeXml(text);
    else if (name === undefined) continue;
    else if (closing) {
      if (parent.name !== name || open.length === 1) throw new Error(`</${name}> closes <${parent.name}>`);
      open.pop();
    } else {
      const node: XmlNode = { name, text: '', children: [] };
      parent.children.push(node);
      if (!selfClosing) open.push(node);
    }
  }
  const [only, ...others] = root.children;
  if (end !== document.length) throw new Error(`unexpected characters at offset ${end}`);
  if (open.length > 1) throw new Error(`<${open[open.length - 1]?.name}> is not closed`);
  if (only === undefined || others.length > 0 || root.text.trim() !== '')
    throw new Error('expected one root element');
  return only;
}

/** The text of a child element, or undefined. */
export const childText = (node: XmlNode, name: string): string | undefined =>
  node.children.find((child) => child.name === name)?.text;
