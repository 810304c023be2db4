/**
 * One layer, a tar with a file `etc/tide`, in compressions that are named and not read, made once by xz 5.4.1, zstd 1.5.4 and lz4 1.9.4
 * with the command beside each; and the words that name it.
 */

export interface UnreadForm {
  readonly form: string;
  readonly words: string;
  readonly base64: string;
}

export const unreadForms: readonly UnreadForm[] = [
  // xz --check=sha256
  {
    form: 'xz with SHA-256 checks',
    words: 'The xz data uses a SHA-256 check, which is not decoded here',
    base64:
      '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4A3/AE1dADKdCIYU09CITFTZArE9Guvlrmwa+nkL6ZeWw3r6GdsOFuljdBNKGt1aY2wu83UykvBKeTGbAXa49v4sDCCykBDwp96ptj51zL6AzvDIAAAAAEgdPAbgWlQ4BDGgscedDNPnRK+my36aHDMzXQNEJhwVAAGBAYAcAAA/1rzTtunfHAIAAAAAClla',
  },
  // xz --x86 --lzma2
  {
    form: 'xz with the x86 filter',
    words: 'The xz data uses the x86 (BCJ) filter, which is not decoded here',
    base64:
      '/Td6WFoAAATm1rRGAgEEACEBFgANhjUf4A3/AE1dADKdCIYU09CITFTZArE9Guvlrmwa+nkL6ZeWw3r6GdsOFuljdBNKGt1aY2wu83UykvBKeTGbAXa49v4sDCCykBDwp96ptj51zL6AzvDIAAAAADm94fylEV0/AAFpgBwAAAD60odHscRn+wIAAAAABFla',
  },
  // xz --delta=dist=4 --lzma2
  {
    form: 'xz with the delta filter',
    words: 'The xz data uses the delta filter, which is not decoded here',
    base64:
      '/Td6WFoAAATm1rRGAgEDAQMhARaXj3H84A3/AHBdADKdCIYRZEV0KJ2HkftpvSe5x4CtmiijWlVNM0FyXqpxZDIbaY4Yjc34QzhEhsvrTXrF+ikzw3CZjATcpse32AUEGdfFfdis7fdzxneeuytA8wyXtNLX5opQ0qMvbDIJakO/jI9KWNe7DiPWApUYzQAAOb3h/KURXT8AAYwBgBwAAOHFIm+xxGf7AgAAAAAEWVo=',
  },
  // zstd -D (a dictionary that zstd --train made)
  {
    form: 'zstd with a dictionary',
    words: 'A zstd frame needs a dictionary, which is not there',
    base64:
      'KLUv/QdYI8rbS5UCAFQCZXRjLwAwMDAwNjQ0MDAwMzcyADAwNzM3MgAgMAB1c3RhcgAwCg38KHSbABB59Lu/hn/ID3iV4h2ePxgJD79b3vT2BPZaPwAiXvw4af1z/Q+NaydV',
  },
  // lz4
  {
    form: 'lz4',
    words: 'compressed with lz4, which is not read here',
    base64:
      'BCJNGGRAp2cAAACfZXRjL3RpZGUAAQBIcTAwMDA2NDQIADwwMDAIADUzNzIUAAACAK8AMDA3MzcyACAwlABIBQIAf3VzdGFyADBsAFIPAgCAX2hpZ2gKBQD/////////vw9jCIAPAgD///+IUAAAAAAAAAAAABtq/xk=',
  },
  // lzma
  {
    form: 'lzma alone',
    words: 'compressed with lzma, which is not read here',
    base64:
      'XQAAgAD//////////wAynQiGFNPQiExU2QKxPRrr5a5sGvp5C+mXlsN6+hnbDhbpY3QTShrdWmNsLvN1MpLwSnkxmwF2uPb+LAwgspAQ8KfeqbY+dcy+gYSUbf//umaAAA==',
  },
];
