package iriusrisk

import "iter"

// trie is a set of words that finds them in texts. A search at one position of a text takes at most as many steps as the
// longest word has bytes, regardless of the number of words.
type trie struct {
	// edges connect the nodes; ends are the nodes at which a word ends. The root is node 0.
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

// steps follows the text from its start as long as it is the prefix of a word. After each byte it yields the length so far
// and whether a word ends there.
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

// match returns the length of the longest word at the start of a text, or 0 if there is none.
func (t *trie) match(text string) int {
	longest := 0

	for length, ends := range t.steps(text) {
		if ends {
			longest = length
		}
	}

	return longest
}

// contains reports whether a text contains a word.
func (t *trie) contains(text string) bool {
	for at := range len(text) {
		if t.match(text[at:]) > 0 {
			return true
		}
	}

	return false
}

// replace replaces the words in a text by redacted. Overlapping words are replaced together, so that no part of a word
// remains.
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
