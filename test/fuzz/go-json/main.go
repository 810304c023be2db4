// Reads documents of image archives as loaders do, for the comparison in test/fuzz/json-readers.ts: into the structs of
// the OCI image spec, of docker and of go-containerregistry, by encoding/json.
//
// Standard input has one document a line, `KIND BASE64`; each line of standard output has what every loader of that kind
// reads, or null where it refuses the document.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"

	docker "github.com/docker/docker/api/types/container"
	dockerimage "github.com/docker/docker/image"
	crane "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	ocidocker "github.com/moby/docker-image-spec/specs-go/v1"
	oci "github.com/opencontainers/image-spec/specs-go/v1"
)

type fields = map[string]any

// readers of one kind of document, by the name of the loader; each gives what it reads, or an error.
var readers = map[string]map[string]func([]byte) (any, error){
	"index":        {"oci": readIndex},
	"manifest":     {"oci": readManifest},
	"image":        {"oci": readImage, "docker": readDockerImage, "dockerOci": readDockerOciImage, "crane": readCraneImage},
	"save":         {"docker": readSave, "crane": readCraneSave},
	"repositories": {"docker": readRepositories},
	"layout":       {"oci": readLayout},
}

func main() {
	log.SetFlags(0)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		kind, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		document, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			log.Fatal(err)
		}
		read := fields{}
		for loader, reader := range readers[kind] {
			if value, err := reader(document); err == nil {
				read[loader] = value
			} else {
				read[loader] = nil
			}
		}
		answer, err := json.Marshal(read)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintf(out, "%s\n", answer)
	}
}

// first decodes the first value of a file, as loaders do with what lies at the root of an archive.
func first(document []byte, into any) error {
	return json.NewDecoder(bytes.NewReader(document)).Decode(into)
}

func readIndex(document []byte) (any, error) {
	var index oci.Index
	if err := first(document, &index); err != nil {
		return nil, err
	}
	return fields{"manifests": descriptors(index.Manifests)}, nil
}

func readManifest(document []byte) (any, error) {
	var manifest oci.Manifest
	if err := json.Unmarshal(document, &manifest); err != nil {
		return nil, err
	}
	read := fields{"config": descriptor(manifest.Config), "layers": descriptors(manifest.Layers)}
	if manifest.Subject != nil {
		read["subject"] = descriptor(*manifest.Subject)
	}
	return read, nil
}

func descriptors(list []oci.Descriptor) []fields {
	read := make([]fields, 0, len(list))
	for _, one := range list {
		read = append(read, descriptor(one))
	}
	return read
}

func descriptor(one oci.Descriptor) fields {
	read := fields{
		"mediaType":    one.MediaType,
		"digest":       one.Digest.String(),
		"size":         one.Size,
		"annotations":  one.Annotations,
		"data":         one.Data,
		"artifactType": one.ArtifactType,
	}
	if one.Platform != nil {
		read["platform"] = fields{
			"architecture": one.Platform.Architecture,
			"os":           one.Platform.OS,
			"variant":      one.Platform.Variant,
			"os.version":   one.Platform.OSVersion,
		}
	}
	return read
}

func readImage(document []byte) (any, error) {
	var image oci.Image
	if err := json.Unmarshal(document, &image); err != nil {
		return nil, err
	}
	steps := make([]fields, 0, len(image.History))
	for _, step := range image.History {
		steps = append(steps, historyStep(step.CreatedBy, step.Comment, step.EmptyLayer))
	}
	diffIDs := make([]string, 0, len(image.RootFS.DiffIDs))
	for _, diffID := range image.RootFS.DiffIDs {
		diffIDs = append(diffIDs, diffID.String())
	}
	return ociFields(image, diffIDs, steps), nil
}

func ociFields(image oci.Image, diffIDs []string, steps []fields) fields {
	return fields{
		"architecture": image.Architecture,
		"os":           image.OS,
		"variant":      image.Variant,
		"os.version":   image.OSVersion,
		"author":       image.Author,
		"diff_ids":     diffIDs,
		"history":      steps,
		"config":       ociConfig(image.Config),
	}
}

func ociConfig(config oci.ImageConfig) fields {
	return fields{
		"User":         config.User,
		"Env":          config.Env,
		"Entrypoint":   config.Entrypoint,
		"Cmd":          config.Cmd,
		"WorkingDir":   config.WorkingDir,
		"Labels":       config.Labels,
		"StopSignal":   config.StopSignal,
		"Volumes":      keys(config.Volumes),
		"ExposedPorts": keys(config.ExposedPorts),
		"ArgsEscaped":  config.ArgsEscaped, //nolint:staticcheck // still read by docker on Windows
	}
}

// keys of a set, in their order.
func keys[Key ~string](set map[Key]struct{}) []string {
	return slices.Sorted(func(yield func(string) bool) {
		for key := range set {
			if !yield(string(key)) {
				return
			}
		}
	})
}

func historyStep(createdBy, comment string, isEmpty bool) fields {
	return fields{"created_by": createdBy, "comment": comment, "empty_layer": isEmpty}
}

func readDockerImage(document []byte) (any, error) {
	var image dockerimage.Image
	if err := json.Unmarshal(document, &image); err != nil {
		return nil, err
	}
	steps := make([]fields, 0, len(image.History))
	for _, step := range image.History {
		steps = append(steps, historyStep(step.CreatedBy, step.Comment, step.EmptyLayer))
	}
	read := fields{
		"architecture": image.Architecture,
		"os":           image.OS,
		"variant":      image.Variant,
		"os.version":   image.OSVersion,
		"author":       image.Author,
		"history":      steps,
	}
	if image.RootFS != nil {
		diffIDs := make([]string, 0, len(image.RootFS.DiffIDs))
		for _, diffID := range image.RootFS.DiffIDs {
			diffIDs = append(diffIDs, string(diffID))
		}
		read["diff_ids"] = diffIDs
	}
	if image.Config != nil {
		read["config"] = dockerConfig(*image.Config)
	}
	return read, nil
}

func dockerConfig(config docker.Config) fields {
	read := fields{
		"User":         config.User,
		"Env":          config.Env,
		"Entrypoint":   []string(config.Entrypoint),
		"Cmd":          []string(config.Cmd),
		"WorkingDir":   config.WorkingDir,
		"Labels":       config.Labels,
		"StopSignal":   config.StopSignal,
		"Volumes":      keys(config.Volumes),
		"ExposedPorts": keys(config.ExposedPorts),
		"ArgsEscaped":  config.ArgsEscaped,
		"OnBuild":      config.OnBuild,
		"Shell":        []string(config.Shell),
	}
	if health := config.Healthcheck; health != nil {
		read["Healthcheck"] = fields{
			"Test":     health.Test,
			"Interval": fmt.Sprint(int64(health.Interval)),
			"Timeout":  fmt.Sprint(int64(health.Timeout)),
			"Retries":  fmt.Sprint(health.Retries),
		}
	}
	return read
}

// readDockerOciImage reads by the struct of newer docker: OCI's with docker's additions.
func readDockerOciImage(document []byte) (any, error) {
	var image ocidocker.DockerOCIImage
	if err := json.Unmarshal(document, &image); err != nil {
		return nil, err
	}
	return fields{
		"architecture": image.Architecture,
		"os":           image.OS,
		"config":       fields{"User": image.Config.User, "Env": image.Config.Env, "Cmd": image.Config.Cmd},
	}, nil
}

func readCraneImage(document []byte) (any, error) {
	image, err := crane.ParseConfigFile(bytes.NewReader(document))
	if err != nil {
		return nil, err
	}
	return fields{
		"architecture": image.Architecture,
		"os":           image.OS,
		"config":       fields{"User": image.Config.User, "Env": image.Config.Env, "Cmd": image.Config.Cmd},
	}, nil
}

// saveRecord has the keys of docker's save records (docker image spec v1.2).
type saveRecord struct {
	Config       string
	RepoTags     []string
	Layers       []string
	Parent       string
	LayerSources map[string]oci.Descriptor
}

func readSave(document []byte) (any, error) {
	return readRecords(document, func(record saveRecord) fields {
		return saveFields(record.Config, record.RepoTags, record.Layers)
	})
}

func readCraneSave(document []byte) (any, error) {
	return readRecords(document, func(record tarball.Descriptor) fields {
		return saveFields(record.Config, record.RepoTags, record.Layers)
	})
}

// readRecords reads a list of save records by the struct of one reader.
func readRecords[T any](document []byte, read func(T) fields) (any, error) {
	var records []T
	if err := first(document, &records); err != nil {
		return nil, err
	}
	list := make([]fields, 0, len(records))
	for _, record := range records {
		list = append(list, read(record))
	}
	return list, nil
}

func saveFields(config string, repoTags, layers []string) fields {
	return fields{"Config": config, "RepoTags": repoTags, "Layers": layers}
}

func readRepositories(document []byte) (any, error) {
	var repositories map[string]map[string]string
	err := first(document, &repositories)
	return repositories, err
}

func readLayout(document []byte) (any, error) {
	var layout oci.ImageLayout
	err := first(document, &layout)
	return fields{"imageLayoutVersion": layout.Version}, err
}
