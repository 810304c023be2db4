package main

import (
	"archive/tar"
	"errors"
	"io"

	digest "github.com/opencontainers/go-digest"
)

// unpackedDigest reads a layer's uncompressed bytes to their end, as everyone does who lays it out as files: it has to be
// a tar (what is no tar makes no image that runs), and its digest is the diffID.
func unpackedDigest(plain io.Reader) (digest.Digest, error) {
	digester := digest.Canonical.Digester()
	bytes := io.TeeReader(plain, digester.Hash())
	entries := tar.NewReader(bytes)
	for {
		_, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(io.Discard, entries); err != nil {
			return "", err
		}
	}
	if _, err := io.Copy(io.Discard, bytes); err != nil {
		return "", err
	}
	return digester.Digest(), nil
}
