import type { SaveFile } from '../store/exports.ts';

/** Hands a file to the browser's downloads. */
export const saveFile: SaveFile = (name, content, type) => {
  const part = typeof content === 'string' ? content : new Uint8Array(content);
  const url = URL.createObjectURL(new Blob([part], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun once the click is over; later tasks may free its bytes.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  });
};
