package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// loadCraneTarball asks for the archive's image as `crane push` does, and for each tag as `crane` and `kind` do.
func loadCraneTarball(_ context.Context, path, _ string) ([]Image, error) {
	opener := func() (io.ReadCloser, error) { return os.Open(path) }
	manifest, err := tarball.LoadManifest(opener)
	if err != nil {
		return nil, err
	}
	var all []Image
	var faults []error
	take := func(ref string, tag *name.Tag) {
		image, err := tarball.Image(opener, tag)
		if err != nil {
			faults = append(faults, err)
			return
		}
		found, err := craneImage(ref, image)
		if err != nil {
			faults = append(faults, err)
			return
		}
		all = append(all, found)
	}
	if len(manifest) == 1 {
		take("", nil)
	}
	for _, record := range manifest {
		for _, ref := range record.RepoTags {
			tag, err := name.NewTag(ref)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			take(ref, &tag)
		}
	}
	return all, errors.Join(faults...)
}

// loadCraneLayout reads the archive as someone does who unpacks it first: crane takes layouts as folders.
func loadCraneLayout(_ context.Context, path, scratch string) ([]Image, error) {
	root, err := unpack(path, scratch)
	if err != nil {
		return nil, err
	}
	index, err := layout.ImageIndexFromPath(root)
	if err != nil {
		return nil, err
	}
	return craneIndex("", index, 0)
}

const deepest = 16

func craneIndex(above string, index v1.ImageIndex, depth int) ([]Image, error) {
	if depth > deepest {
		return nil, errors.New("indexes too deep")
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var all []Image
	var faults []error
	for _, d := range manifest.Manifests {
		ref := above
		if own := containerdName(d.Annotations); own != "" && above == "" {
			ref = own
		}
		found, err := craneNode(ref, index, d, depth)
		all = append(all, found...)
		if err != nil {
			faults = append(faults, err)
		}
	}
	return all, errors.Join(faults...)
}

func craneNode(ref string, index v1.ImageIndex, d v1.Descriptor, depth int) ([]Image, error) {
	if d.MediaType.IsIndex() {
		child, err := index.ImageIndex(d.Digest)
		if err != nil {
			return nil, err
		}
		return craneIndex(ref, child, depth+1)
	}
	if !d.MediaType.IsImage() {
		return nil, nil
	}
	image, err := index.Image(d.Digest)
	if err != nil {
		return nil, err
	}
	found, err := craneImage(ref, image)
	if err != nil {
		return nil, err
	}
	return []Image{found}, nil
}

// craneImage is what a push would send, if whoever pulls it gets an image: crane itself compares no diffID.
func craneImage(ref string, image v1.Image) (Image, error) {
	raw, err := image.RawConfigFile()
	if err != nil {
		return Image{}, err
	}
	if _, err := image.Manifest(); err != nil {
		return Image{}, err
	}
	layers, err := image.Layers()
	if err != nil {
		return Image{}, err
	}
	for _, layer := range layers {
		if err := readable(layer); err != nil {
			return Image{}, err
		}
	}
	found, err := imageOf(ref, raw)
	if err == nil && len(found.DiffIDs) != len(layers) {
		err = fmt.Errorf("%d layers, %d diffIDs", len(layers), len(found.DiffIDs))
	}
	return found, err
}

func readable(layer v1.Layer) error {
	reader, err := layer.Uncompressed()
	if err != nil {
		return err
	}
	defer reader.Close()
	_, err = unpackedDigest(reader)
	return err
}
