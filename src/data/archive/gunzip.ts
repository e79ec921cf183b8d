import { FmpError } from '../../core/errors.ts';
import { badData, grouped, reasonOf } from './badData.ts';

// In browsers and in Node alike, but in no library that this layer is compiled against.
declare const DecompressionStream: new (format: 'gzip') => {
  readonly readable: { getReader(): Reader };
  readonly writable: { getWriter(): Writer };
};

interface Reader {
  read(): Promise<{ done: true; value?: undefined } | { done: false; value: Uint8Array }>;
  cancel(): Promise<void>;
}

interface Writer {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

/** Far above every archive that is read here; a bomb ends at it. */
const MAX_BYTES = 2 ** 31;

/**
 * Decompresses a gzip stream as it arrives.
 * @param field the file, as the user knows it
 * @throws FmpError badData where the stream is damaged, ends early or holds above 2 GiB; whatever
 *   `chunks` throws
 */
export async function* gunzip(
  field: string,
  chunks: AsyncIterable<Uint8Array>,
  limit = MAX_BYTES,
): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader();
  const fed = feed(writable.getWriter(), chunks);
  let total = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      total += read.value.length;
      if (total > limit) throw tooLarge(field, limit);
      yield read.value;
    }
    const failure = await fed;
    if (failure !== null) throw failure.cause;
  } catch (error) {
    if (error instanceof FmpError) throw error;
    // Where the source failed, the stream only says that it was aborted.
    const failure = await fed;
    throw failure?.cause instanceof FmpError ? failure.cause : damaged(field, error);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Writes all chunks; settles with what went wrong, and never rejects. */
async function feed(
  writer: Writer,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly cause: unknown } | null> {
  try {
    for await (const chunk of chunks) await writer.write(chunk);
    await writer.close();
    return null;
  } catch (cause) {
    await writer.abort().catch(() => undefined);
    return { cause };
  }
}

function damaged(field: string, error: unknown): FmpError {
  return badData(`${field} is damaged or incomplete`, {
    ...{ field, got: reasonOf(error), expected: 'a whole gzip file' },
  });
}

function tooLarge(field: string, limit: number): FmpError {
  return badData(`${field} is too large`, {
    field,
    got: `more than ${grouped(limit)} bytes when decompressed`,
    expected: 'an archive of small images',
    remedy: 'unpack it and give a folder with the images that are needed',
  });
}
