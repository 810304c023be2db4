package main

import (
	"encoding/json"
	"fmt"

	digest "github.com/opencontainers/go-digest"
)

// imageConfig is the part of an image config that loaders hand on to whoever runs it.
type imageConfig struct {
	Config struct {
		User string
		Env  []string
	} `json:"config"`
	OS     string `json:"os"`
	RootFS *struct {
		Type    string          `json:"type"`
		DiffIDs []digest.Digest `json:"diff_ids"`
	} `json:"rootfs"`
}

func parseConfig(raw []byte) (imageConfig, error) {
	var c imageConfig
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, fmt.Errorf("image config: %w", err)
	}
	return c, nil
}

func imageOf(name string, raw []byte) (Image, error) {
	c, err := parseConfig(raw)
	if err != nil {
		return Image{}, err
	}
	return Image{
		Name:    name,
		Config:  digest.FromBytes(raw).String(),
		DiffIDs: c.diffIDs(),
		User:    c.Config.User,
		Env:     c.Config.Env,
	}, nil
}

func (c imageConfig) diffIDs() []string {
	if c.RootFS == nil {
		return nil
	}
	ids := make([]string, len(c.RootFS.DiffIDs))
	for i, id := range c.RootFS.DiffIDs {
		ids[i] = id.String()
	}
	return ids
}
