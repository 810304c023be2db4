// Writes the cases of ../cases.json: what the real text/template of Go, with the functions of docker's own package, makes
// of each template in cases.go. See ../README.md.
package main

import (
	"encoding/json"
	"log"
	"os"
)

type written struct {
	Title      string          `json:"title"`
	Template   string          `json:"template"`
	Data       json.RawMessage `json:"data"`
	MissingKey string          `json:"missingKey,omitempty"`
	Output     *string         `json:"output,omitempty"`
	Error      *failure        `json:"error,omitempty"`
}

func main() {
	results := make([]written, 0, len(cases))
	for _, c := range cases {
		data := c.data
		if data == "" {
			data = "{}"
		}
		output, failed, err := run(c.template, data, c.missingKey)
		if err != nil {
			log.Fatalf("%s: %v", c.title, err)
		}
		result := written{Title: c.title, Template: c.template, Data: json.RawMessage(data), MissingKey: c.missingKey, Error: failed}
		if failed == nil {
			result.Output = &output
		}
		results = append(results, result)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(results); err != nil {
		log.Fatal(err)
	}
}
