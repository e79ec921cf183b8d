/** A file of the app's data folder, not yet trusted; null where there is none. */
export async function readData(name: string): Promise<unknown> {
  const response = await fetch(new URL(`data/${name}`, document.baseURI));
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${name}: HTTP status ${String(response.status)}`);
  return response.json();
}
