package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/docker/cli/templates"
)

// failure is an error of the real text/template, in the classes of our own TemplateError.
type failure struct {
	Stage string `json:"stage"`
	Kind  string `json:"kind"`
	// Line counts from 1. Go names a column for errors of execution only, and of another token than ours.
	Line int `json:"line"`
}

// run parses and executes a template with docker's functions over JSON data.
func run(text, data, missingKey string) (string, *failure, error) {
	tmpl, err := templates.Parse(text)
	if err != nil {
		failed, err := classify("parse", err)
		return "", failed, err
	}
	if missingKey != "" {
		tmpl = tmpl.Option("missingkey=" + missingKey)
	}
	value, err := decode(data)
	if err != nil {
		return "", nil, err
	}
	return execute(tmpl, value)
}

func execute(tmpl *template.Template, value any) (string, *failure, error) {
	var out bytes.Buffer
	if err := tmpl.Execute(&out, value); err != nil {
		failed, err := classify("execute", err)
		return "", failed, err
	}
	// Bytes that are no character become U+FFFD, one each, when this is written as JSON.
	return out.String(), nil, nil
}

// decode gives numbers the types that a reader of JavaScript numbers would: whole ones are ints as far as they are exact.
func decode(data string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("%s: %w", data, err)
	}
	return retype(value), nil
}

func retype(value any) any {
	switch value := value.(type) {
	case json.Number:
		number, _ := value.Float64()
		if number == math.Trunc(number) && math.Abs(number) < 1<<53 {
			return int(number)
		}
		return number
	case []any:
		// Slices of JSON have room behind their end, which the function slice could show.
		exact := make([]any, len(value))
		for i, element := range value {
			exact[i] = retype(element)
		}
		return exact
	case map[string]any:
		for key, element := range value {
			value[key] = retype(element)
		}
		return value
	}
	return value
}

var place = regexp.MustCompile(`^template: :(\d+)`)

// The first that matches counts.
var kinds = []struct {
	kind    string
	pattern *regexp.Regexp
}{
	{"unknown-name", regexp.MustCompile(`function ".*" not defined|undefined variable|template ".*" not defined`)},
	{"no-field", regexp.MustCompile(`can't evaluate field|nil pointer evaluating|map has no entry for key|nil data; no entry for key`)},
	{"wrong-count", regexp.MustCompile(`wrong number of args|missing argument for comparison|too many slice indexes|cannot 3-index slice a string`)},
	{"out-of-range", regexp.MustCompile(`out of range|overflows int|invalid slice index|negative Repeat count|Repeat: negative`)},
	{"limit", regexp.MustCompile(`exceeded maximum template depth`)},
	{"wrong-type", regexp.MustCompile(strings.Join([]string{
		`can't give argument to non-function`, `nil is not a command`, `is not a method but has arguments`,
		`wrong type for value`, `invalid value; expected`, `cannot assign nil`, `expected (string|integer|bool); found`,
		`range can't iterate over`, `to iterate over more than one variable`, `incompatible types for comparison`,
		`non-comparable type`, `invalid type for comparison`, `of untyped nil`, `of nil pointer`, `len of type`,
		`zero Value`, `can't (index|slice) item of type`, `cannot index slice/array with`, `value has type .*; should be`,
		`value is nil; should be`, `non-function`, `call of nil`, `expected slice, got`, `json: unsupported value`,
	}, "|"))},
}

// A parse error that is none of the above is one of syntax.
func classify(stage string, err error) (*failure, error) {
	message := err.Error()
	found := place.FindStringSubmatch(message)
	if found == nil {
		return nil, fmt.Errorf("no place in: %s", message)
	}
	line, _ := strconv.Atoi(found[1])
	for _, class := range kinds {
		if class.pattern.MatchString(message) && (stage == "execute" || class.kind == "unknown-name") {
			return &failure{stage, class.kind, line}, nil
		}
	}
	if stage == "parse" {
		return &failure{stage, "syntax", line}, nil
	}
	return nil, fmt.Errorf("no class for: %s", message)
}
