// Command oracle tells which images the loaders of the field would take from saved archives, by running their own code.
//
// Paths of archives come on standard input, one a line; for each, one line of JSON goes to standard output: by loader the
// images that it would load, or why it loads none. Nothing of an archive stays: each is unpacked into a folder that is
// removed. A loader that panics has that as its answer; one that hangs is given up after a minute.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sort"
	"strings"
	"time"

	"github.com/containerd/log"
)

// Image is what a loader would have under a name: its config by digest, and the parts of it that make one image another.
type Image struct {
	// Name as the loader stores it; empty where it has none.
	Name    string   `json:"name"`
	Config  string   `json:"config"`
	DiffIDs []string `json:"diffIDs"`
	User    string   `json:"user"`
	Env     []string `json:"env"`
}

// Answer of one loader: images, and the first error. Both can be there: what was loaded before the error stays loaded.
type Answer struct {
	Images []Image `json:"images"`
	Error  string  `json:"error,omitempty"`
}

// Archive is a line of output.
type Archive struct {
	Path    string            `json:"path"`
	Loaders map[string]Answer `json:"loaders"`
}

type loader struct {
	name string
	load func(ctx context.Context, path string, scratch string) ([]Image, error)
}

var inProcess = []loader{
	{"containerd", loadContainerd},
	{"docker", loadDocker},
	{"crane-tarball", loadCraneTarball},
	{"crane-layout", loadCraneLayout},
}

var programs = []loader{
	{"skopeo-docker-archive", loadSkopeoDocker},
	{"skopeo-oci-archive", loadSkopeoOCI},
	{"podman", loadPodman},
}

const patience = time.Minute

func main() {
	external := flag.Bool("programs", false, "ask skopeo and podman too, which have to be installed")
	versions := flag.Bool("versions", false, "print the versions of the loaders as JSON, and end")
	flag.StringVar(&base, "base", "", "a plain archive that containerd has imported before")
	flag.Parse()
	log.L.Logger.SetOutput(io.Discard)
	if *versions {
		must(json.NewEncoder(os.Stdout).Encode(loaderVersions(*external)))
		return
	}
	loaders := inProcess
	if *external {
		loaders = append(append([]loader{}, inProcess...), programs...)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		path := lines.Text()
		archive := Archive{Path: path, Loaders: map[string]Answer{}}
		for _, l := range loaders {
			archive.Loaders[l.name] = ask(l, path)
		}
		must(out.Encode(archive))
	}
	must(lines.Err())
}

func ask(l loader, path string) Answer {
	scratch, err := os.MkdirTemp("", "varve-loaders-")
	must(err)
	defer os.RemoveAll(scratch)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	done := make(chan Answer, 1)
	go func() {
		var images []Image
		var err error
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v at %s", r, firstFrame(debug.Stack()))
			}
			done <- answer(images, err, scratch)
		}()
		images, err = l.load(ctx, path, scratch)
	}()
	select {
	case a := <-done:
		return a
	case <-time.After(patience + time.Second):
		return Answer{Images: []Image{}, Error: "no answer within a minute"}
	}
}

func answer(images []Image, err error, scratch string) Answer {
	if images == nil {
		images = []Image{}
	}
	for i := range images {
		if images[i].DiffIDs == nil {
			images[i].DiffIDs = []string{}
		}
		if images[i].Env == nil {
			images[i].Env = []string{}
		}
	}
	sort.SliceStable(images, func(a, b int) bool { return key(images[a]) < key(images[b]) })
	unique := images[:0]
	for i, image := range images {
		if i == 0 || key(image) != key(images[i-1]) {
			unique = append(unique, image)
		}
	}
	a := Answer{Images: unique}
	if err != nil {
		a.Error = strings.ReplaceAll(err.Error(), scratch, "")
	}
	return a
}

func key(i Image) string { return i.Name + "\x00" + i.Config + "\x00" + strings.Join(i.DiffIDs, ",") }

func firstFrame(stack []byte) string {
	for _, line := range strings.Split(string(stack), "\n") {
		if strings.Contains(line, "/pkg/mod/") {
			return strings.TrimSpace(line[strings.Index(line, "/pkg/mod/")+len("/pkg/mod/"):])
		}
	}
	return "?"
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
