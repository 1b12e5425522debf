package provider

import "sync"

// runSet is a set that the blocks of one run share. The zero value is an empty set.
type runSet[K comparable] struct {
	mu   sync.Mutex
	keys map[K]struct{}
}

// add adds a key and reports whether the set did not contain it.
func (s *runSet[K]) add(key K) (added bool) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.keys == nil {
		s.keys = make(map[K]struct{})
	}

	_, found := s.keys[key]
	s.keys[key] = struct{}{}

	return !found
}

// has reports whether the set contains a key.
func (s *runSet[K]) has(key K) bool {
	s.mu.Lock()
	defer s.mu.Unlock()

	_, found := s.keys[key]

	return found
}
