package main

import (
	"sync"

	digest "github.com/opencontainers/go-digest"
)

// labelStore keeps labels of blobs in memory: the importer looks for them.
type labelStore struct {
	mutex  sync.Mutex
	labels map[digest.Digest]map[string]string
}

func (s *labelStore) Get(d digest.Digest) (map[string]string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.labels[d], nil
}

func (s *labelStore) Set(d digest.Digest, labels map[string]string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.labels[d] = labels
	return nil
}

func (s *labelStore) Update(d digest.Digest, update map[string]string) (map[string]string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.labels[d] == nil {
		s.labels[d] = map[string]string{}
	}
	for k, v := range update {
		s.labels[d][k] = v
	}
	return s.labels[d], nil
}
