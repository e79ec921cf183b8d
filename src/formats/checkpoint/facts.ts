/** Facts and characters of each that are shown; real files have tens. */
const MAX_FACTS = 200;
const MAX_CHARACTERS = 200;

/** The first facts of a file, each clipped: one text may stand there any number of times. */
export function clippedFacts(
  entries: Iterable<readonly [key: string, value: string]>,
): Map<string, string> {
  const facts = new Map<string, string>();
  for (const [key, value] of entries) {
    if (facts.size === MAX_FACTS) break;
    facts.set(clipped(key), clipped(value));
  }
  return facts;
}

function clipped(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
