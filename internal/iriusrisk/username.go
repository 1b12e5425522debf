package iriusrisk

import (
	"strings"
	"unicode"
)

// FoldUsername maps usernames that differ in case only, as strings.EqualFold sees it, to one key. Whether the server
// tells them apart is not known (inferred: it may not), so whatever guards a user takes them for the same one.
func FoldUsername(username string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}

		return least
	}, username)
}
