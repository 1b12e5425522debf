package iriusrisk

import (
	"cmp"
	"html"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// redacted stands where a secret was.
const redacted = "(redacted)"

// redactor knows the secrets of a run and takes them out of texts that come from outside.
type redactor struct {
	mu sync.RWMutex

	// secrets go from the longest to the shortest, so that no part of one is left over by a shorter one inside it.
	secrets []string
}

// add makes a secret known.
func (r *redactor) add(secret string) {
	if secret == "" {
		return
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	at, known := slices.BinarySearchFunc(r.secrets, secret, func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	if !known {
		r.secrets = slices.Insert(r.secrets, at, secret)
	}
}

// addOptional makes a secret known if there is one.
func (r *redactor) addOptional(secret *string) {
	if secret != nil {
		r.add(*secret)
	}
}

// scrub takes every secret out of a text, as it is and in whatever way its characters are escaped.
func (r *redactor) scrub(text string) string {
	if r == nil {
		return text
	}

	r.mu.RLock()
	defer r.mu.RUnlock()

	for _, secret := range r.secrets {
		text = scrubOne(text, secret)
	}

	return text
}

func scrubOne(text, secret string) string {
	var kept strings.Builder

	from := 0

	for at := 0; at < len(text); at++ {
		if end := secretEnd(text, at, secret); end > at {
			kept.WriteString(text[from:at])
			kept.WriteString(redacted)

			from, at = end, end-1
		}
	}

	if from == 0 {
		return text
	}

	return kept.String() + text[from:]
}

// secretEnd returns where a secret ends that begins at an offset of a text, -1 when none begins there. Each of its
// characters may be written in a way of its own, because what is escaped, and how, differs from one writer to another.
func secretEnd(text string, at int, secret string) int {
	end := -1
	for depth := range maxDepth {
		end = max(end, secretEndAt(text, at, secret, depth))
	}

	return end
}

// maxDepth bounds how deep texts are nested in JSON, such as an error that quotes a log line that quotes a request.
const maxDepth = 4

// secretEndAt is secretEnd for a depth of nesting in JSON, which doubles every backslash of the secret.
func secretEndAt(text string, at int, secret string, depth int) int {
	ends := []int{at}

	for _, character := range secret {
		var next []int

		for _, end := range ends {
			for _, length := range written(text[end:], character, depth) {
				if !slices.Contains(next, end+length) {
					next = append(next, end+length)
				}
			}
		}

		if ends = next; len(ends) == 0 {
			return -1
		}
	}

	return slices.Max(ends)
}

// written returns the lengths, in bytes, of the ways of writing a character that a text begins with: as it is, behind
// backslashes or as \u003c as JSON does, as %3C or + as URLs do, and as HTML does.
func written(text string, character rune, depth int) (lengths []int) {
	if text == "" {
		return nil
	}

	if character == '\\' {
		if slashes := strings.Repeat(`\`, 1<<depth); strings.HasPrefix(text, slashes) {
			lengths = append(lengths, len(slashes))
		}
	} else if strings.HasPrefix(text, string(character)) {
		lengths = append(lengths, len(string(character)))
	}

	switch text[0] {
	case '\\':
		lengths = append(lengths, backslashed(text, character)...)
	case '%':
		if encoded := percentEncoded(character); hasPrefixFold(text, encoded) {
			lengths = append(lengths, len(encoded))
		}
	case '+':
		if character == ' ' {
			lengths = append(lengths, 1)
		}
	case '&':
		if end := strings.IndexByte(text[:min(len(text), maxEntity)], ';') + 1; end > 0 && html.UnescapeString(text[:end]) == string(character) {
			lengths = append(lengths, end)
		}
	}

	return lengths
}

// maxEntity is the length, in bytes, of the longest form that HTML has of a character in a password.
const maxEntity = 12

// percentEncoded is a character as URLs write it when they escape it.
func percentEncoded(character rune) string {
	var encoded strings.Builder

	for _, octet := range []byte(string(character)) {
		encoded.WriteString("%" + strconv.FormatUint(0x100+uint64(octet), 16)[1:])
	}

	return encoded.String()
}

// backslashed returns the lengths of the ways of writing a character that are a letter or a number behind backslashes,
// of which there are more the deeper texts are nested.
func backslashed(text string, character rune) (lengths []int) {
	rest := behindSlashes(text)

	if character != '\\' && strings.HasPrefix(rest, string(character)) {
		lengths = append(lengths, len(text)-len(rest)+len(string(character)))
	}

	if at := strings.IndexRune("\b\f\n\r\t", character); at >= 0 && strings.HasPrefix(rest, "bfnrt"[at:at+1]) {
		lengths = append(lengths, len(text)-len(rest)+1)
	}

	rest = text

	for _, unit := range utf16.Encode([]rune{character}) {
		encoded := "u" + strconv.FormatUint(0x10000+uint64(unit), 16)[1:]

		behind := behindSlashes(rest)
		if len(behind) == len(rest) || !hasPrefixFold(behind, encoded) {
			return lengths
		}

		rest = behind[len(encoded):]
	}

	return append(lengths, len(text)-len(rest))
}

// behindSlashes is what follows the backslashes that a text begins with, as many as the deepest nesting makes of one.
func behindSlashes(text string) string {
	slashes := 0
	for slashes < min(len(text), 1<<maxDepth) && text[slashes] == '\\' {
		slashes++
	}

	return text[slashes:]
}

// hasPrefixFold is strings.HasPrefix without regard to the case of hexadecimal digits.
func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}
