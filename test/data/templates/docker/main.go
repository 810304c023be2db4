// Writes ../docker-cases.ndjson: what docker's own commands print of the images in images.go, for each of their templates.
// The commands are the real ones, run in this process; the engine that they ask is the small one in engine.go.
// See ../README.md.
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "unsafe"

	"github.com/docker/cli/cli/command"
	_ "github.com/docker/cli/cli/command/image"
	"github.com/docker/cli/cli/flags"
	"github.com/moby/moby/client"
	"github.com/spf13/cobra"
)

// outcome is what several images have in common: an output, or an error in the classes of our own TemplateError.
type outcome struct {
	// Images is left out of the last one of a case, which holds for all others.
	Images []string `json:"images,omitempty"`
	Output *string  `json:"output,omitempty"`
	Error  string   `json:"error,omitempty"`
}

type templateCase struct {
	Command  string    `json:"command"`
	Template string    `json:"template"`
	Outcomes []outcome `json:"outcomes"`
	// Skipped images print an address, which differs each time.
	Skipped []string `json:"skipped,omitempty"`
}

var address = regexp.MustCompile(`0xc?[0-9a-f]{6,}|%!.\(\*`)

func main() {
	log.SetFlags(0)
	time.Local = time.UTC
	// No configuration of whoever runs this.
	os.Setenv("DOCKER_CONFIG", os.DevNull)
	os.Unsetenv("DOCKER_CONTEXT")
	os.Unsetenv("DOCKER_HOST")
	url, stop := serve()
	defer stop()
	docker := newShell(url)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	write := func(line any) {
		if err := encoder.Encode(line); err != nil {
			log.Fatal(err)
		}
	}
	write(images)
	for _, template := range inspectTemplates() {
		write(newCase(docker, "inspect", template, "image", "inspect"))
	}
	for _, template := range listTemplates {
		write(newCase(docker, "ls", template, "image", "ls", "--all", "--no-trunc"))
	}
	for _, template := range historyTemplates {
		write(newCase(docker, "history", template, "image", "history"))
	}
}

func newCase(docker shell, command, template string, words ...string) templateCase {
	found := templateCase{Command: command, Template: template}
	for _, img := range images {
		output, err := docker.run(append(slices.Clone(words), "--format", template, img.Name))
		if address.MatchString(output) {
			found.Skipped = append(found.Skipped, img.Name)
			continue
		}
		found.Outcomes = group(found.Outcomes, img.Name, output, err)
	}
	slices.SortStableFunc(found.Outcomes, func(a, b outcome) int { return len(a.Images) - len(b.Images) })
	if last := len(found.Outcomes) - 1; last >= 0 {
		found.Outcomes[last].Images = nil
	}
	return found
}

func group(outcomes []outcome, name, output string, err error) []outcome {
	kind := ""
	if err != nil {
		kind, output = classify(err), ""
	}
	for i, other := range outcomes {
		if other.Error == kind && (err != nil || *other.Output == output) {
			outcomes[i].Images = append(other.Images, name)
			return outcomes
		}
	}
	if err != nil {
		return append(outcomes, outcome{Images: []string{name}, Error: kind})
	}
	return append(outcomes, outcome{Images: []string{name}, Output: &output})
}

// shell runs docker's commands as a user would.
type shell struct {
	cli *command.DockerCli
	out *bytes.Buffer
}

func newShell(url string) shell {
	out := &bytes.Buffer{}
	api, err := client.New(client.WithHost(url))
	if err != nil {
		log.Fatal(err)
	}
	cli, err := command.NewDockerCli(command.WithAPIClient(api), command.WithOutputStream(out), command.WithErrorStream(io.Discard))
	if err != nil {
		log.Fatal(err)
	}
	if err := cli.Initialize(flags.NewClientOptions()); err != nil {
		log.Fatal(err)
	}
	return shell{cli, out}
}

// run gives what the command prints.
func (s shell) run(args []string) (string, error) {
	s.out.Reset()
	root := &cobra.Command{Use: "docker", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(newImageCommand(s.cli))
	root.SetArgs(args)
	root.SetOut(io.Discard)
	root.SetErr(io.Discard)
	err := root.Execute()
	return s.out.String(), err
}

// docker exports no way to its commands but all of them at once, with what Swarm and plugins need.
//
//go:linkname newImageCommand github.com/docker/cli/cli/command/image.newImageCommand
func newImageCommand(cli command.Cli) *cobra.Command

// The first that matches counts.
var kinds = []struct {
	kind    string
	pattern *regexp.Regexp
}{
	{"unknown-name", regexp.MustCompile(`function ".*" not defined|undefined variable|template ".*" not defined`)},
	{"no-field", regexp.MustCompile(`can't evaluate field|nil pointer evaluating|map has no entry for key|nil data; no entry for key`)},
	{"wrong-count", regexp.MustCompile(`wrong number of args|missing argument for comparison|too many slice indexes|cannot 3-index slice a string`)},
	{"out-of-range", regexp.MustCompile(`out of range|overflows int|invalid slice index`)},
	{"wrong-type", regexp.MustCompile(strings.Join([]string{
		`can't give argument to non-function`, `nil is not a command`, `has arguments`, `wrong type for value`,
		`invalid value; expected`, `range can't iterate over`, `incompatible types for comparison`, `non-comparable type`,
		`invalid type for comparison`, `of untyped nil`, `of nil pointer`, `len of (type|nil)`, `can't (index|slice) item of type`,
		`cannot index slice/array with`, `value has type .*; should be`, `value is nil; should be`, `expected slice, got`,
		`expected string; found`, `expected integer; found`,
	}, "|"))},
	{"syntax", regexp.MustCompile(`template: :\d+:`)},
}

func classify(err error) string {
	for _, class := range kinds {
		if class.pattern.MatchString(err.Error()) {
			return class.kind
		}
	}
	log.Fatalf("no class for: %v", err)
	return ""
}
