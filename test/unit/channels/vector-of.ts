import vectors from '../../fixtures/channels/vectors.json' with { type: 'json' };

/** Texts of one known answer; a vector that is missing or lacks one of them breaks the test that needs it. */
export function vectorOf<Name extends string>(id: string, ...names: Name[]): Record<Name, string> {
  const vector = vectors.vectors.find((candidate) => candidate.id === id) as Record<string, unknown> | undefined;
  const texts = names.map((name) => {
    const value = vector?.[name];
    if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`The known answer ${id} has no ${name}.`);
    return [name, String(value)] as const;
  });
  return Object.fromEntries(texts) as Record<Name, string>;
}
