/** Hands text over as a file to keep, the way the browser keeps files. */
export function saveFile(name: string, type: 'application/json' | 'text/csv', text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser fetches the address after the click was handled.
  setTimeout(() => URL.revokeObjectURL(address));
}
