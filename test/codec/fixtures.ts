/**
 * Inputs that Node cannot write itself on every version, made once by zstd 1.5.4, xz 5.4.1 and bzip2 1.0.8 with the command
 * beside each. Two texts are behind most of them: `numbers` is `seq 1 120 | tr '\n' ' '`, `repeats` is
 * `yes varve | head -c 300000`.
 */

export const numbers = Array.from({ length: 120 }, (_, index) => `${index + 1} `).join('');
export const repeats = 'varve\n'.repeat(50_000);

const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** zstd -19 -c --check numbers */
export const zstdNumbers = base64(
  'KLUv/WR0AFUFAEaXKQmw6yRJiHDOmEUjACcAJwBLHHFjxhBft16d+nTp0dvZoR83Xpz4cOHBy8mB33ZNz3LcGQ8tdNClSQN9s8010zyzzDF35gzzySaXTPLIIodcmTLIF1tcMcUTAdM9t9xx9+YN99lml0322GKHXZs22FdbXTXVU0sddWvWUB9tdNFEAUP5kRt5kRP5kAt5kJec5EB+wA14ASfgA1yAB/ACJ3AAfrfddQEA0PCbUw==',
);
/** zstd -19 -c --check < numbers: no declared content size */
export const zstdNumbersStreamed = base64(
  'KLUv/QRoVQUARpcpCbDrJEmIcM6YRSMAJwAnAEsccWPGEF+3Xp36dOnR29mhHzdenPhw4cHLyYHfdk3PctwZDy100KVJA32zzTXTPLPMMXfmDPPJJpdM8sgih1yZMsgXW1wxxRMB0z233HH35g332WaXTfbYYoddmzbYV1tdNdVTSx11a9ZQH2100UQBQ/mRG3mRE/mQC3mQl5zkQH7ADXgBJ+ADXIAH8AIncAB+t911AQDQ8JtT',
);
/** zstd -19 -c --no-check < numbers */
export const zstdNumbersUnchecked = base64(
  'KLUv/QBoVQUARpcpCbDrJEmIcM6YRSMAJwAnAEsccWPGEF+3Xp36dOnR29mhHzdenPhw4cHLyYHfdk3PctwZDy100KVJA32zzTXTPLPMMXfmDPPJJpdM8sgih1yZMsgXW1wxxRMB0z233HH35g332WaXTfbYYoddmzbYV1tdNdVTSx11a9ZQH2100UQBQ/mRG3mRE/mQC3mQl5zkQH7ADXgBJ+ADXIAH8AIncAB+t911AQA=',
);
/** zstd -c --check repeats: three blocks */
export const zstdRepeats = base64('KLUv/aTgkwQAdAAAMHZhcnZlCgEA9//JSxFMAAAIcgEA/P85EAJNAAAIZQEA3BMdCAE5xXrT');
/** zstd -c -D dictionary --no-dictID, of a line of JSON; the dictionary was made by zstd --train of others: tables, offsets */
export const zstdTrainedDictionary = base64('KLUv/SROtQAAKDc3NzUzBfxLVBAV/SKC6caoUn0FMnThGcw=');
/** The same line with a text of such lines as dictionary, which has no ID: offsets alone */
export const zstdPlainDictionary = base64('KLUv/SROtQAAODc3Nzc1MzkFABZTAEAPUGM4iAwhCHThGcw=');
/** xz -c --check=crc64 numbers */
export const xzNumbers = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AFzAJpdABiIAqhIHqJhjrpY6Ni522YE4aPxqNvMgFMINeREU5ug9ANpDR2iGfC1IXiuRonftDufSm5t3N6OxOL+ldznXtv79zcdwqp3jDwE1PrgGZHIunoK7XBKeHarfNmDnTX2JzCIk+zTibE1C3Qlt3xjDQsuc/NPs5PYuimOB9b0dUn63EGldc9z9u14n1y21zy5SZXge5+p19R26ywAAAAyGQPeF4QrbwABtgH0AgAAm1gmOLHEZ/sCAAAAAARZWg==',
);
/** xz -c --check=crc32 numbers */
export const xzNumbersCrc32 = base64(
  '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AFzAJpdABiIAqhIHqJhjrpY6Ni522YE4aPxqNvMgFMINeREU5ug9ANpDR2iGfC1IXiuRonftDufSm5t3N6OxOL+ldznXtv79zcdwqp3jDwE1PrgGZHIunoK7XBKeHarfNmDnTX2JzCIk+zTibE1C3Qlt3xjDQsuc/NPs5PYuimOB9b0dUn63EGldc9z9u14n1y21zy5SZXge5+p19R26ywAAADOw6o8AAGyAfQCAACNGrejPjANiwIAAAAAAVla',
);
/** printf varve | xz -c --check=none */
export const xzUnchecked = base64('/Td6WFoAAAD/EtlBAgAhARYAAAB0L+WjAQAEdmFydmUAAAAAAAEVBbCnWWcGcp56AQAAAAAAWVo=');
/** printf varve | xz -c --check=sha256 */
export const xzSha256 = base64(
  '/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAEdmFydmUAAAAAi89/6TbYuOTW5icjrIEWl9pTVxi/+KH/tWYUsPBZA4cAATUFEoPd8hibS5oBAAAAAApZWg==',
);
/** printf varve | xz -c --x86 --lzma2 */
export const xzBranchFilter = base64(
  '/Td6WFoAAATm1rRGAgEEACEBFgANhjUfAQAEdmFydmUAAAAA0vMTOAcdtOsAAR0FuC2Arx+2830BAAAAAARZWg==',
);
/** printf varve | xz -c --lzma2=dict=65MiB */
export const xzLargeDictionary = base64(
  '/Td6WFoAAATm1rRGAgAhAR0AAAB1qOR0AQAEdmFydmUAAAAA0vMTOAcdtOsAAR0FuC2Arx+2830BAAAAAARZWg==',
);
/** printf varve | xz -c --lzma2=dict=64MiB */
export const xzLargestDictionary = base64(
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQAEdmFydmUAAAAA0vMTOAcdtOsAAR0FuC2Arx+2830BAAAAAARZWg==',
);
/** xz -c repeats */
export const xzRepeats = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj5JPfAHddADsYSqxJm5j86cLoGD/L9AQ/tHPuQl0H5sU7MGK/A1X0r2F5Hnmk4MrwcfJfUI39ueQizJm29r/KCQjuxqCKTsxSKjT7TT5hzhIX1nWgh91JsbrdVdKHh+JIvRzNsMRAPuMEiYcO/xCT+HF4WfgLzf+VJrQv5oAAAABPmrUSpnNk8AABkwHgpxIAjuN7F7HEZ/sCAAAAAARZWg==',
);
/** xz -c -T1 --block-size=100000 repeats: three blocks */
export const xzBlocks = base64(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4YafAFpdADsYSqxJm5j86cLoGD/L9AQ/tHPuQl0H5sU7MGK/A1X0r2F5Hnmk4MrwcfJfUI39ueQizJm29r/KCQjuxqCKTsxSKjT7TT5hzhIX1nWgh91JsbrdVdJC5WB+AAAAALqes7ZxmyVrAgAhARYAAAB0L+Wj4YafAFpdADKCizK7k86DqIQxp0YdpJnK4yPkhIVmnBbLPSoaJw+LJktS8sgmdo6aE4B2W191pgg+iLemi48nj1o1XylFn8E6Pi/kCzB1qbCWF+/tP8KGmHrTSXztg5JTAAAAAHEfL5A+56NPAgAhARYAAAB0L+Wj4YafAFpdADkdiMegdFOhhsYJIgQBCD1hXD4VgJujYVy73Ttd/1TudmtJxqBBsG0YdoGwPDXyG8M4PerNuUTKwJ4XYCCzshLTJ0JyFfqZaMZKx4RDtuOorfwJVqTzYDzyAAAAAJi3+c/2XQa2AAN2oI0GdqCNBnagjQYAAGyiXeisJz4tBAAAAAAEWVo=',
);
/** xz -c < /dev/null */
export const xzEmpty = base64('/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo=');
/** bzip2 -c numbers */
export const bzip2Numbers = base64(
  'QlpoOTFBWSZTWcYOihYAAEiYAEAAf+AwAOMCKYD3qlCAaaaBioEz/1VTF1jW+d9FxgA8kkkkjIDo0BwNg2DgaA6MgPGACKADslZkkkSvqYq7u7u7uNLNrZtNttttttnEcgPvZY4h0B5LCDsHcsIHgdSwgPw5lhAPTiWEAfNbMQAln8XckU4UJDGDooWA',
);
/** bzip2 -1 -c repeats: four blocks */
export const bzip2Repeats = base64(
  'QlpoMTFBWSZTWXpsvqwAorrBgAAQIgARACAAUGaAKVGP1IQNqkIGChAypCBooQOMUFZJlNZHczJlgCiusGAABAiABEAIABQZoApUY+KEDapCBlSEDBQgbUhA4xQVkmU1l6bL6sAKK6wYAAECIAEQAgAFBmgClRj9SEDapCBgoQMqQgaKEDjFBWSZTWU1A7ZMAABfBgAAQIgARACAAMM0AUqMfTaMjE2OF3JFOFCQHc9D8A==',
);
/** bzip2 -c < /dev/null */
export const bzip2Empty = base64('QlpoORdyRThQkAAAAAA=');
/** head -c 46000000 /dev/zero | bzip2 -9 -c */
export const bzip2Bomb = base64(
  'QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZudCH0AAAxdAAwAAEAAAIIAAgpTQZjUhbBQvF3JFOFCQpcNCbgA==',
);
