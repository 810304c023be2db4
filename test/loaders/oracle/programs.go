package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/tarball"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// run gives the standard output of a program that lives in a folder of its own and has no network to look at.
func run(ctx context.Context, scratch string, command ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "TMPDIR="+scratch, "HOME="+scratch, "XDG_RUNTIME_DIR="+scratch)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %s", command[0], lastLine(complaint.String()))
	}
	return out.Bytes(), nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func skopeoConfig(ctx context.Context, scratch, name, source string) (Image, error) {
	raw, err := run(ctx, scratch, "skopeo", "inspect", "--raw", "--config", source)
	if err != nil {
		return Image{}, err
	}
	return imageOf(name, raw)
}

// loadSkopeoDocker asks for each record by its place, and for each name.
func loadSkopeoDocker(ctx context.Context, path, scratch string) ([]Image, error) {
	opener := func() (io.ReadCloser, error) { return os.Open(path) }
	// Names to ask for; what they lead to is skopeo's own answer.
	manifest, err := tarball.LoadManifest(opener)
	if err != nil {
		return nil, fmt.Errorf("no names to ask for: %w", err)
	}
	var all []Image
	var faults []error
	take := func(name, source string) {
		image, err := skopeoConfig(ctx, scratch, name, source)
		if err != nil {
			faults = append(faults, err)
			return
		}
		all = append(all, image)
	}
	for i, record := range manifest {
		take("", fmt.Sprintf("docker-archive:%s:@%d", path, i))
		for _, tag := range record.RepoTags {
			take(tag, fmt.Sprintf("docker-archive:%s:%s", path, tag))
		}
	}
	return all, errors.Join(faults...)
}

// loadSkopeoOCI asks for the only image, and for each name that index.json gives.
func loadSkopeoOCI(ctx context.Context, path, scratch string) ([]Image, error) {
	var all []Image
	image, fault := skopeoConfig(ctx, scratch, "", "oci-archive:"+path)
	if fault == nil {
		all = append(all, image)
	}
	root, err := unpack(path, scratch)
	if err != nil {
		return all, errors.Join(fault, err)
	}
	raw, err := os.ReadFile(filepath.Join(root, "index.json"))
	if err != nil {
		return all, errors.Join(fault, err)
	}
	var index ocispec.Index
	if err := json.Unmarshal(raw, &index); err != nil {
		return all, errors.Join(fault, err)
	}
	faults := []error{fault}
	for _, d := range index.Manifests {
		name := d.Annotations[ocispec.AnnotationRefName]
		if name == "" {
			continue
		}
		image, err := skopeoConfig(ctx, scratch, name, "oci-archive:"+path+":"+name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all = append(all, image)
	}
	return all, errors.Join(faults...)
}

// loadPodman loads into a store of its own and asks what is there.
func loadPodman(ctx context.Context, path, scratch string) ([]Image, error) {
	podman := func(arguments ...string) ([]byte, error) {
		store := []string{"podman", "--root", filepath.Join(scratch, "root"), "--runroot", filepath.Join(scratch, "run"),
			"--storage-driver", "vfs", "--events-backend", "none"}
		return run(ctx, scratch, append(store, arguments...)...)
	}
	_, fault := podman("load", "--quiet", "--input", path)
	listed, err := podman("image", "ls", "--all", "--no-trunc", "--format", "json")
	if err != nil {
		return nil, errors.Join(fault, err)
	}
	var rows []struct {
		Id    string
		Names []string
	}
	if err := json.Unmarshal(listed, &rows); err != nil {
		return nil, errors.Join(fault, err)
	}
	var all []Image
	for _, row := range rows {
		found, err := podmanImage(podman, row.Id, row.Names)
		if err != nil {
			return all, errors.Join(fault, err)
		}
		all = append(all, found...)
	}
	return all, fault
}

func podmanImage(podman func(...string) ([]byte, error), id string, names []string) ([]Image, error) {
	raw, err := podman("image", "inspect", id)
	if err != nil {
		return nil, err
	}
	var details []struct {
		Config struct {
			User string
			Env  []string
		}
		RootFS struct{ Layers []string }
	}
	if err := json.Unmarshal(raw, &details); err != nil {
		return nil, err
	}
	if len(details) != 1 {
		return nil, fmt.Errorf("%d answers for %s", len(details), id)
	}
	var all []Image
	for _, name := range append([]string{""}, names...) {
		all = append(all, Image{
			Name:    name,
			Config:  "sha256:" + strings.TrimPrefix(id, "sha256:"),
			DiffIDs: details[0].RootFS.Layers,
			User:    details[0].Config.User,
			Env:     details[0].Config.Env,
		})
	}
	return all, nil
}

// loaderVersions names whose code answers, as this program was built and as the programs are installed.
func loaderVersions(external bool) map[string]string {
	versions := map[string]string{"go": runtime.Version()}
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		switch dependency.Path {
		case "github.com/containerd/containerd/v2", "github.com/moby/go-archive", "github.com/google/go-containerregistry":
			versions[dependency.Path] = dependency.Version
		}
	}
	if !external {
		return versions
	}
	for _, program := range []string{"skopeo", "podman"} {
		out, err := exec.Command(program, "--version").Output()
		must(err)
		versions[program] = strings.TrimSpace(string(out))
	}
	return versions
}
