/** Names of file systems by the numbers that statfs(2) of Linux has for them (linux/magic.h). */
import { platform } from 'node:os';

const names: Readonly<Record<number, string>> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  16914836: 'tmpfs',
  2035054128: 'overlay',
  26985: 'nfs',
  4283649346: 'cifs',
  4266872130: 'smb',
  1702057286: 'fuse',
  801189825: 'zfs',
  19780: 'vfat',
  538032816: 'exfat',
  1397118030: 'ntfs',
  4076150800: 'f2fs',
  1936814952: 'squashfs',
  2240043254: 'ramfs',
};

/** The name of a file system by its number; the number where it has none here, or the system counts otherwise. */
export function fileSystemName(type: number, system: NodeJS.Platform = platform()): string {
  // Some platforms give a signed number.
  const known = system === 'linux' ? names[type >>> 0] : undefined;
  return known ?? `0x${(type >>> 0).toString(16)}`;
}
