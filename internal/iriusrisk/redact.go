package iriusrisk

import (
	"encoding/base64"
	"encoding/hex"
	"iter"
	"strings"
	"sync"
	"unicode"
)

const (
	// redacted stands where a secret was.
	redacted = "(redacted)"

	// withheld stands for a text that holds a secret in some encoded form, or that is encoded too deeply to tell.
	withheld = "(left out, because it may repeat a secret)"

	// maxScrubbed bounds, in bytes, how much of a text is searched for secrets; maxWords of it are repeated at most.
	maxScrubbed = 8 << 10

	// maxDecodings is how often the escapes of a text are decoded, such as those of an error that quotes a log line that
	// quotes a request. JSON in JSON doubles the backslashes each time.
	maxDecodings = 6

	// minDecoded is the least length, in bytes, of a secret's own decoded form that is searched for. Less would be found
	// everywhere.
	minDecoded = 4
)

// redactor knows the secrets of a run and takes them out of texts that come from outside. What that costs grows with the
// text, and not with the number of secrets.
type redactor struct {
	mu sync.RWMutex

	// secrets are searched for as they are, decoded also where they look as if they held escapes themselves.
	secrets, decoded trie
}

// add makes a secret known.
func (r *redactor) add(secret string) {
	if secret == "" {
		return
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	r.secrets.add(secret)

	last := secret
	for form := range decodings(secret) {
		last = form
	}

	if last != secret && len(last) >= minDecoded {
		r.decoded.add(last)
	}
}

// addOptional makes a secret known if there is one.
func (r *redactor) addOptional(secret *string) {
	if secret != nil {
		r.add(*secret)
	}
}

// sanitize makes a text that comes from outside fit to be repeated: without secrets, bounded, and without characters that
// control a terminal or are invisible.
func (r *redactor) sanitize(text string) string {
	whole := len(text) <= maxScrubbed
	text = strings.ToValidUTF8(text[:min(len(text), maxScrubbed)], "")

	// The second time finds a secret that invisible characters were strewn into, the first time one that holds such.
	text = r.scrub(visible(r.scrub(text)))

	if !whole {
		text = text[:max(0, len(text)-r.unfinished())] + "…"
	}

	return truncate(strings.ToValidUTF8(text, ""))
}

// unfinished bounds, in bytes, the part of a secret at the end of a text that was cut: the beginning of the longest one,
// of which each byte may be two hexadecimal digits, and an escape that was cut itself.
func (r *redactor) unfinished() int {
	if r == nil {
		return 0
	}

	r.mu.RLock()
	defer r.mu.RUnlock()

	return 2*r.secrets.longest + maxEscape
}

// scrub takes every secret out of a text that holds it as it is. A text that holds one in an encoded form is left out
// whole, because what exactly stands for the secret depends on who wrote it.
func (r *redactor) scrub(text string) string {
	if r == nil {
		return text
	}

	r.mu.RLock()
	defer r.mu.RUnlock()

	text = r.secrets.replace(text)

	if r.containsEncoded(text) {
		return withheld
	}

	return text
}

// containsEncoded reports whether a text holds a secret in an encoded form: with escapes of JSON, of URLs and of HTML, in any
// mixture, or as a part of what is written in base64 or in hexadecimal digits.
func (r *redactor) containsEncoded(text string) bool {
	count := 0

	for form := range decodings(text) {
		if count++; count > maxDecodings || r.contains(form) {
			return true
		}

		for plain := range binaries(form) {
			for inner := range decodings(plain) {
				if r.contains(inner) {
					return true
				}
			}
		}
	}

	return false
}

// contains reports whether a text holds a secret as it is.
func (r *redactor) contains(text string) bool {
	return r.secrets.contains(text) || r.decoded.contains(text)
}

// decodings yields a text, and then what it is with its escapes decoded once more, until none is left or there have been
// one more than maxDecodings.
func decodings(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for range maxDecodings + 1 {
			if !yield(text) {
				return
			}

			decoded := unescape(text)
			if decoded == text {
				return
			}

			text = decoded
		}
	}
}

// minBinary is the least length of what is taken for base64 or hexadecimal digits.
const minBinary = 8

// binaries yields what each part of a text that may be base64 or hexadecimal digits stands for. Where the encoding
// begins in it is not known, so that it is read from each of its first characters on.
func binaries(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !isBase64(r) }) {
			if len(part) < minBinary {
				continue
			}

			standard := standardBase64.Replace(part)
			for from := range 4 {
				encoded := standard[from:]
				if len(encoded)%4 == 1 {
					// One character more than a multiple of four stands for nothing.
					encoded = encoded[:len(encoded)-1]
				}

				if plain, err := base64.RawStdEncoding.DecodeString(encoded); err == nil && !yield(string(plain)) {
					return
				}
			}
		}

		for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return !isHex(r) }) {
			for from := range 2 {
				if len(part) < minBinary {
					continue
				}

				encoded := part[from : len(part)-(len(part)-from)%2]
				if plain, err := hex.DecodeString(encoded); err == nil && !yield(string(plain)) {
					return
				}
			}
		}
	}
}

// standardBase64 turns the alphabet for URLs into the usual one.
var standardBase64 = strings.NewReplacer("-", "+", "_", "/")

func isBase64(r rune) bool {
	return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || r == '+' || r == '/' || r == '-' || r == '_'
}

func isHex(r rune) bool {
	return (r >= '0' && r <= '9') || (r >= 'a' && r <= 'f') || (r >= 'A' && r <= 'F')
}

// visible replaces the characters of a text that control a terminal and that separate lines by blanks, and drops those
// that are invisible and may turn the direction of what follows.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		default:
			return r
		}
	}, text)
}

// truncate bounds a sentence, in characters.
func truncate(sentence string) string {
	sentence = strings.TrimSpace(sentence)

	if runes := []rune(sentence); len(runes) > maxMessageLength {
		return string(runes[:maxMessageLength]) + "…"
	}

	return sentence
}
