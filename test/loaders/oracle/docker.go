package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/distribution/reference"
	"github.com/moby/go-archive"
	"github.com/moby/go-archive/compression"
	"github.com/moby/sys/symlink"
	digest "github.com/opencontainers/go-digest"
)

// saveRecord is an item of manifest.json, as Docker's documentation of the format (image spec v1.2) has it.
type saveRecord struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// loadDocker does what `docker load` does without the containerd store, written from the description of the format:
// everything is unpacked with Docker's own unpacker; manifest.json leads to configs and layers, links are followed
// within the folder; a layer's uncompressed bytes have to be what the config says; without manifest.json the archive
// is of the form before 1.10, from which today's Docker loads nothing.
func loadDocker(_ context.Context, path, scratch string) ([]Image, error) {
	root, err := unpack(path, scratch)
	if err != nil {
		return nil, err
	}
	raw, err := readWithin(root, "manifest.json")
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	var records []saveRecord
	if err := json.NewDecoder(raw).Decode(&records); err != nil {
		return nil, err
	}
	if records == nil {
		return nil, errors.New("manifest.json is null")
	}
	var all []Image
	for _, record := range records {
		found, err := dockerImage(root, record)
		if err != nil {
			return all, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func dockerImage(root string, record saveRecord) ([]Image, error) {
	file, err := readWithin(root, record.Config)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	config, err := parseConfig(raw)
	if err != nil {
		return nil, err
	}
	if config.RootFS == nil {
		return nil, errors.New("no rootfs in the image config")
	}
	if config.OS != "" && config.OS != "linux" {
		return nil, fmt.Errorf("os %q on a linux host", config.OS)
	}
	if len(record.Layers) != len(config.RootFS.DiffIDs) {
		return nil, fmt.Errorf("%d layers, %d diffIDs", len(record.Layers), len(config.RootFS.DiffIDs))
	}
	for i, layer := range record.Layers {
		if err := dockerLayer(root, layer, config.RootFS.DiffIDs[i]); err != nil {
			return nil, err
		}
	}
	image, err := imageOf("", raw)
	if err != nil {
		return nil, err
	}
	found := []Image{image}
	for _, tag := range record.RepoTags {
		named, err := reference.ParseNormalizedNamed(tag)
		if err != nil {
			return found, err
		}
		if _, ok := named.(reference.NamedTagged); !ok {
			return found, fmt.Errorf("no tag in %q", tag)
		}
		tagged := image
		tagged.Name = named.String()
		found = append(found, tagged)
	}
	return found, nil
}

func dockerLayer(root, name string, diffID digest.Digest) error {
	file, err := readWithin(root, name)
	if err != nil {
		return err
	}
	defer file.Close()
	plain, err := compression.DecompressStream(file)
	if err != nil {
		return err
	}
	defer plain.Close()
	found, err := unpackedDigest(plain)
	if err != nil {
		return err
	}
	if found != diffID {
		return fmt.Errorf("layer %s is %s, the config says %s", name, found, diffID)
	}
	return nil
}

// readWithin opens a regular file of the folder; links are followed as if the folder were the root of the file system.
func readWithin(root, name string) (*os.File, error) {
	path, err := symlink.FollowSymlinkInScope(filepath.Join(root, name), root)
	if err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", name)
	}
	return os.Open(path)
}

func unpack(path, scratch string) (string, error) {
	root := filepath.Join(scratch, "unpacked")
	if err := os.MkdirAll(root, 0o700); err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	return root, archive.Untar(file, root, &archive.TarOptions{NoLchown: true})
}
