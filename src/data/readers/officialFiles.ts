/** A file as its publisher offers it; docs/data.md says where these checksums are from. */
export interface OfficialFile {
  readonly file: string;
  readonly md5: string;
  readonly sha256?: string;
}

export const OFFICIAL_FILES: readonly OfficialFile[] = [
  { file: 'cifar-10-binary.tar.gz', md5: 'c32a1d4ab5d03f1284b67883e8d87530' },
  {
    file: 'cifar-10-python.tar.gz',
    md5: 'c58f30108f718f92721af3b95e74349a',
    sha256: '6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce',
  },
  { file: 'cifar-100-binary.tar.gz', md5: '03b5dce01913d631647c71ecec9e9cb8' },
  {
    file: 'cifar-100-python.tar.gz',
    md5: 'eb9058c3a382ffc7106e4002c42a8d85',
    sha256: '85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7',
  },
  { file: 'GTSRB_Final_Training_Images.zip', md5: 'f33fd80ac59bff73c82d25ab499e03a3' },
  { file: 'GTSRB_Final_Test_Images.zip', md5: 'c7e4e6327067d32654124b0fe9e82185' },
  { file: 'GTSRB_Final_Test_GT.zip', md5: 'fe31e9c9270bbcd7b84b7f21a9d9d9e5' },
];

/** What is known of a file of that name; undefined for any other. */
export function officialFile(path: string): OfficialFile | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return OFFICIAL_FILES.find(({ file }) => file === name);
}
