package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/core/images"
	"github.com/containerd/containerd/v2/core/images/archive"
	"github.com/containerd/containerd/v2/pkg/archive/compression"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/containerd/errdefs"
	"github.com/containerd/platforms"
	digest "github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// loadContainerd imports as containerd's client and docker with the containerd store do: the importer fills a content
// store and answers with an index; each descriptor at its top level is a named image (without a name docker keeps it by
// digest); what runs is resolved for a platform, and layers are held to the config's diffIDs when they are unpacked.
func loadContainerd(ctx context.Context, path, scratch string) ([]Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	plain, err := compression.DecompressStream(file)
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	store, err := local.NewLabeledStore(filepath.Join(scratch, "store"), &labelStore{labels: map[digest.Digest]map[string]string{}})
	if err != nil {
		return nil, err
	}
	if base != "" {
		if err := importBase(ctx, store); err != nil {
			return nil, err
		}
	}
	top, err := archive.ImportIndex(ctx, store, plain)
	if err != nil {
		return nil, err
	}
	raw, err := content.ReadBlob(ctx, store, top)
	if err != nil {
		return nil, err
	}
	var index ocispec.Index
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, err
	}
	// The walk of an import over everything that is there; whatever is missing is skipped, as docker asks for.
	walk := images.HandlerFunc(func(ctx context.Context, d ocispec.Descriptor) ([]ocispec.Descriptor, error) {
		children, err := images.Children(ctx, store, d)
		if errdefs.IsNotFound(err) {
			return nil, images.ErrSkipDesc
		}
		return children, err
	})
	for _, root := range index.Manifests {
		if err := images.Walk(ctx, walk, root); err != nil {
			return nil, err
		}
	}
	var all []Image
	var faults []error
	for _, root := range index.Manifests {
		found, err := containerdImages(ctx, store, root)
		all = append(all, found...)
		if err != nil {
			faults = append(faults, err)
		}
	}
	return all, errors.Join(faults...)
}

// base is an archive that was imported before, so that its content is there; empty for none.
var base string

func importBase(ctx context.Context, store content.Store) error {
	file, err := os.Open(base)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = archive.ImportIndex(ctx, store, file)
	return err
}

func containerdName(annotations map[string]string) string {
	if name := annotations[images.AnnotationImageName]; name != "" {
		return name
	}
	return annotations[ocispec.AnnotationRefName]
}

// containerdImages are the images of one root: the one that each platform named below it resolves to.
func containerdImages(ctx context.Context, store content.Store, root ocispec.Descriptor) ([]Image, error) {
	wanted := []ocispec.Platform{{OS: "linux", Architecture: "amd64"}, {OS: "windows", Architecture: "amd64"}}
	seen := func(ctx context.Context, d ocispec.Descriptor) ([]ocispec.Descriptor, error) {
		if d.Platform != nil {
			wanted = append(wanted, *d.Platform)
		}
		if images.IsConfigType(d.MediaType) {
			if p, err := images.ConfigPlatform(ctx, store, d); err == nil {
				wanted = append(wanted, p)
			}
		}
		children, err := images.Children(ctx, store, d)
		if err != nil {
			return nil, images.ErrSkipDesc
		}
		return children, nil
	}
	if err := images.Walk(ctx, images.HandlerFunc(seen), root); err != nil {
		return nil, err
	}
	var all []Image
	var faults []error
	for _, platform := range wanted {
		image, err := containerdImage(ctx, store, root, platform)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all = append(all, image)
	}
	if len(all) > 0 {
		return all, nil
	}
	return nil, faults[0]
}

func containerdImage(ctx context.Context, store content.Store, root ocispec.Descriptor, platform ocispec.Platform) (Image, error) {
	manifest, err := images.Manifest(ctx, store, root, platforms.Only(platform))
	if err != nil {
		return Image{}, err
	}
	raw, err := content.ReadBlob(ctx, store, manifest.Config)
	if err != nil {
		return Image{}, err
	}
	diffIDs, err := images.RootFS(ctx, store, manifest.Config)
	if err != nil {
		return Image{}, err
	}
	layers := make([]ocispec.Descriptor, 0, len(manifest.Layers))
	for _, layer := range manifest.Layers {
		if images.IsLayerType(layer.MediaType) || len(manifest.Layers) == len(diffIDs) {
			layers = append(layers, layer)
		}
	}
	if len(layers) != len(diffIDs) {
		return Image{}, fmt.Errorf("%d layers, %d diffIDs", len(layers), len(diffIDs))
	}
	for i, layer := range layers {
		if err := unpacks(ctx, store, layer, diffIDs[i]); err != nil {
			return Image{}, err
		}
	}
	return imageOf(containerdName(root.Annotations), raw)
}

// unpacks holds the layer's uncompressed bytes to the diffID, as applying a diff does.
func unpacks(ctx context.Context, store content.Store, layer ocispec.Descriptor, diffID digest.Digest) error {
	reader, err := store.ReaderAt(ctx, layer)
	if err != nil {
		return err
	}
	defer reader.Close()
	plain, err := compression.DecompressStream(content.NewReader(reader))
	if err != nil {
		return err
	}
	defer plain.Close()
	found, err := unpackedDigest(plain)
	if err != nil {
		return err
	}
	if found != diffID {
		return fmt.Errorf("wrong diff id %s of layer %s", found, layer.Digest)
	}
	return nil
}
