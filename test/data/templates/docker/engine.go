package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"time"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	api "github.com/moby/moby/api/types/image"
)

var version = regexp.MustCompile(`^/v[0-9.]+`)

// An empty layer as a tar: two blocks of zeros.
const layerBytes = 1024

// serve starts an engine that knows the images, and answers as docker's engine does for the newest version of its API.
func serve() (string, func()) {
	handler := http.NewServeMux()
	handler.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		path := version.ReplaceAllString(r.URL.Path, "")
		if path == "/_ping" {
			return
		}
		if path == "/images/json" {
			answer(w, summaries(r.URL.Query().Get("filters")))
			return
		}
		name, what, _ := strings.Cut(strings.TrimPrefix(path, "/images/"), "/")
		img := imageNamed(name)
		if img == nil {
			log.Fatalf("unexpected request: %s", r.URL)
		}
		if what == "history" {
			answer(w, history(*img))
			return
		}
		answer(w, inspect(*img))
	})
	server := httptest.NewServer(handler)
	return "tcp://" + strings.TrimPrefix(server.URL, "http://"), server.Close
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		log.Fatal(err)
	}
}

func imageNamed(name string) *image {
	for i := range images {
		if images[i].Name == name {
			return &images[i]
		}
	}
	return nil
}

func parse(img image) (dockerspec.DockerOCIImage, string) {
	var config dockerspec.DockerOCIImage
	if err := json.Unmarshal([]byte(img.Config), &config); err != nil {
		log.Fatalf("%s: %v", img.Name, err)
	}
	digest := sha256.Sum256([]byte(img.Config))
	return config, "sha256:" + hex.EncodeToString(digest[:])
}

// inspect gives the fields of the answer that come from the image itself.
func inspect(img image) api.InspectResponse {
	config, id := parse(img)
	result := api.InspectResponse{
		ID: id, RepoTags: img.Tags, RepoDigests: []string{}, Author: config.Author, Config: &config.Config,
		Architecture: config.Architecture, Variant: config.Variant, Os: config.OS, OsVersion: config.OSVersion,
		Size: int64(len(config.RootFS.DiffIDs)) * layerBytes, RootFS: api.RootFS{Type: config.RootFS.Type},
	}
	if len(config.History) > 0 {
		result.Comment = config.History[len(config.History)-1].Comment
	}
	if config.Created != nil {
		result.Created = config.Created.Format(time.RFC3339Nano)
	}
	for _, diffID := range config.RootFS.DiffIDs {
		result.RootFS.Layers = append(result.RootFS.Layers, diffID.String())
	}
	return result
}

// The list is asked for one image at a time.
func summaries(filters string) []api.Summary {
	var wanted struct{ Reference map[string]bool }
	if err := json.Unmarshal([]byte(filters), &wanted); err != nil {
		log.Fatalf("filters %s: %v", filters, err)
	}
	result := []api.Summary{}
	for name := range wanted.Reference {
		img := imageNamed(name)
		config, id := parse(*img)
		summary := api.Summary{
			ID: id, RepoTags: img.Tags, RepoDigests: []string{}, Size: int64(len(config.RootFS.DiffIDs)) * layerBytes,
			SharedSize: -1, Containers: -1, Labels: config.Config.Labels,
		}
		if config.Created != nil {
			summary.Created = config.Created.Unix()
		}
		result = append(result, summary)
	}
	return result
}

func history(img image) []api.HistoryResponseItem {
	config, id := parse(img)
	result := []api.HistoryResponseItem{}
	for _, step := range config.History {
		item := api.HistoryResponseItem{ID: "<missing>", CreatedBy: step.CreatedBy, Comment: step.Comment}
		if step.Created != nil {
			item.Created = step.Created.Unix()
		}
		if !step.EmptyLayer {
			item.Size = layerBytes
		}
		result = append([]api.HistoryResponseItem{item}, result...)
	}
	if len(result) > 0 {
		result[0].ID = id
	}
	return result
}
