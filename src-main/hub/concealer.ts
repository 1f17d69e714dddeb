/** Shorter values would be found by chance in any text. */
const SHORTEST = 8;
const CONCEALED = '***';

/** What may stand in somebody's words where a secret was sent: as it is, in an address, in JSON, or in base64 beside other text. */
function formsOf(secret: string): string[] {
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
    // The first and last characters mix with what stands beside it.
    return text.slice(shift === 0 ? 0 : 4).replace(/.{0,3}=+$/, '');
  });
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  return [secret, encodeURIComponent(secret), form, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('hex'), ...aligned];
}

/** Takes these secrets out of any text. Whoever was sent one may repeat it, and what they say is shown, logged and kept. */
export function concealer(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((left, form) => left.replaceAll(form, CONCEALED), text);
}
