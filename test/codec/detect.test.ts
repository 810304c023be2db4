import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { detectCodec } from '../../src/codec/detect.js';
import { ascii, concat } from './decode.js';
import * as fixtures from './fixtures.js';
import { skippableFrame } from './zstd-frame-builder.js';

describe('the detection of a codec', () => {
  it('knows each codec by its first bytes', () => {
    expect(detectCodec(gzipSync('varve'))).toBe('gzip');
    expect(detectCodec(fixtures.zstdNumbers)).toBe('zstd');
    expect(detectCodec(fixtures.xzNumbers)).toBe('xz');
    expect(detectCodec(fixtures.bzip2Numbers)).toBe('bzip2');
    expect(detectCodec(fixtures.bzip2Empty)).toBe('bzip2');
  });

  it('needs no more than the magic number', () => {
    expect(detectCodec(gzipSync('varve').subarray(0, 3))).toBe('gzip');
    expect(detectCodec(fixtures.zstdNumbers.subarray(0, 4))).toBe('zstd');
    expect(detectCodec(fixtures.xzNumbers.subarray(0, 6))).toBe('xz');
    expect(detectCodec(fixtures.bzip2Numbers.subarray(0, 4))).toBe('bzip2');
  });

  it('takes a skippable frame for zstd, alone or with a frame behind it', () => {
    const skippable = skippableFrame(ascii('index'), 3);
    expect(detectCodec(skippable.subarray(0, 4))).toBe('zstd');
    expect(detectCodec(skippable)).toBe('zstd');
    expect(detectCodec(concat(skippable, skippable, fixtures.zstdNumbers))).toBe('zstd');
  });

  it('takes no skippable frame for zstd that something else follows', () => {
    expect(detectCodec(concat(skippableFrame(ascii('index')), ascii('no zstd')))).toBeNull();
  });

  it('says nothing to tar, text, short and empty input', () => {
    expect(detectCodec(new Uint8Array(512))).toBeNull();
    expect(detectCodec(ascii('BZh9 is how this text begins'))).toBeNull();
    expect(detectCodec(ascii('{"a":1}'))).toBeNull();
    expect(detectCodec(ascii('BZh'))).toBeNull();
    expect(detectCodec(new Uint8Array())).toBeNull();
  });

  it('looks at a view and not at the buffer behind it', () => {
    const input = concat(ascii('before'), skippableFrame(ascii('index')), fixtures.zstdNumbers);
    expect(detectCodec(input.subarray(6))).toBe('zstd');
  });
});
