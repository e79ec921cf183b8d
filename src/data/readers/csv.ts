import { badData } from '../archive/badData.ts';

/** One line of GTSRB's tables. */
export interface TableRow {
  /** The image's file name without folders. */
  readonly file: string;
  readonly classId: number;
}

/**
 * Reads the columns `Filename` (or `Path`) and `ClassId` of a table with a header line, its fields
 * divided by `;` as in the official files or by `,`.
 * @returns null where it has no such columns, as the test images' own table has no classes
 * @throws FmpError badData for a class that is none
 */
export function readTable(
  field: string,
  text: string,
  classes: number,
): readonly TableRow[] | null {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const divider = header.includes(';') ? ';' : ',';
  const columns = header.split(divider).map((column) => column.trim().toLowerCase());
  const [name, label] = [
    columns.findIndex((column) => column === 'filename' || column === 'path'),
    columns.indexOf('classid'),
  ];
  if (name < 0 || label < 0) return null;
  return lines.map((line, at) => {
    const cells = line.split(divider);
    const text = (cells[label] ?? '').trim();
    const classId = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(classId < classes))
      throw badData('a class in the table is not valid', {
        ...{ field: `${field}, line ${String(at + 2)}`, got: `ClassId ${JSON.stringify(text)}` },
        expected: `0 to ${String(classes - 1)}`,
      });
    const path = (cells[name] ?? '').trim().replaceAll('\\', '/');
    return { file: path.slice(path.lastIndexOf('/') + 1), classId };
  });
}
