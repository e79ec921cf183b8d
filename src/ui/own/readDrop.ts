import type { DataFile } from '../../bridge/own.ts';

/** A chosen file; `webkitRelativePath` is its place in a chosen folder. */
export function chosenFiles(list: FileList | null): readonly DataFile[] {
  return Array.from(list ?? [], (file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    blob: file,
  }));
}

/** Everything that was dropped, folders with all that is in them. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly DataFile[]> {
  // The list is emptied when the event is over: entries are taken before anything is awaited.
  const items = Array.from(
    transfer.items,
    (item) => [item.webkitGetAsEntry(), item.getAsFile()] as const,
  );
  const files: DataFile[] = [];
  for (const [entry, file] of items) {
    if (isFolder(entry)) files.push(...(await inside(entry)));
    // Not from its entry: one that a program made up has an entry that cannot be read.
    else if (file !== null) files.push({ path: file.name, blob: file });
  }
  return files;
}

// Not every browser names these interfaces, so instanceof cannot tell them apart.
const isFolder = (entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry =>
  entry?.isDirectory === true;
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

async function inside(entry: FileSystemEntry): Promise<readonly DataFile[]> {
  if (isFile(entry)) {
    const blob = await new Promise<File>((resolve, reject) => {
      entry.file(resolve, reject);
    });
    return [{ path: entry.fullPath.replace(/^\//, ''), blob }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const children: FileSystemEntry[] = [];
  // Browsers hand out a folder in parts of a hundred; an empty part is the end.
  for (;;) {
    const part = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (part.length === 0) break;
    children.push(...part);
  }
  const files: DataFile[] = [];
  for (const child of children) files.push(...(await inside(child)));
  return files;
}
