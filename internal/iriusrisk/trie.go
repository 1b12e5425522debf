package iriusrisk

import "iter"

// trie holds words and finds them in texts. To look for them at a place of a text takes at most as many steps as the
// longest word has bytes, however many words there are.
type trie struct {
	// edges lead from one node to the next, ends are the nodes at which a word ends. The root is node 0.
	edges map[edge]int
	ends  map[int]bool

	// longest is the length, in bytes, of the longest word.
	longest int
}

type edge struct {
	from  int
	octet byte
}

// add adds a word.
func (t *trie) add(word string) {
	if t.edges == nil {
		t.edges, t.ends = make(map[edge]int), make(map[int]bool)
	}

	node := 0

	for i := range len(word) {
		next, known := t.edges[edge{node, word[i]}]
		if !known {
			next = len(t.edges) + 1
			t.edges[edge{node, word[i]}] = next
		}

		node = next
	}

	t.ends[node] = true
	t.longest = max(t.longest, len(word))
}

// steps yields, for each byte of a text that goes on with a word that began with the text, whether a word ends there.
func (t *trie) steps(text string) iter.Seq2[int, bool] {
	return func(yield func(int, bool) bool) {
		node := 0

		for i := range len(text) {
			next, known := t.edges[edge{node, text[i]}]
			if !known || !yield(i+1, t.ends[next]) {
				return
			}

			node = next
		}
	}
}

// match returns the length of the longest word that a text begins with, 0 when it begins with none.
func (t *trie) match(text string) int {
	longest := 0

	for length, ends := range t.steps(text) {
		if ends {
			longest = length
		}
	}

	return longest
}

// contains reports whether a text holds a word.
func (t *trie) contains(text string) bool {
	for at := range len(text) {
		if t.match(text[at:]) > 0 {
			return true
		}
	}

	return false
}

// replace puts redacted where the text holds words. Words that overlap or follow on each other are replaced together, so
// that no part of one is left.
func (t *trie) replace(text string) string {
	var kept []byte

	end := 0

	for at := range len(text) {
		length := t.match(text[at:])
		if length > 0 && at >= end {
			kept = append(kept, redacted...)
		}

		if end = max(end, at+length); at >= end {
			kept = append(kept, text[at])
		}
	}

	return string(kept)
}
