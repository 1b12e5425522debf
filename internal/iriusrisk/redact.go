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
	// redacted replaces a secret.
	redacted = "(redacted)"

	// withheld replaces a text that contains a secret in an encoded form, or that is encoded too deeply to be searched.
	withheld = "(omitted, because it may contain a secret)"

	// maxScrubbed limits how much of a text is searched for secrets, in bytes. At most maxMessageLength characters of it are
	// shown.
	maxScrubbed = 8 << 10

	// maxDecodings limits how often the escapes of a text are decoded. An error may quote a log line that quotes a request,
	// and each level of JSON in JSON doubles the backslashes.
	maxDecodings = 6

	// minDecoded is the minimum length, in bytes, of the decoded form of a secret that is searched for. A shorter form would
	// match ordinary text.
	minDecoded = 4
)

// redactor removes the secrets of a run from texts that the server sent. The cost depends on the length of the text, not on
// the number of secrets.
type redactor struct {
	mu sync.RWMutex

	// secrets are the secrets themselves; decoded are the decoded forms of secrets that contain escapes.
	secrets, decoded trie
}

// add adds a secret.
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

	for _, form := range []string{last, plusAsSpace(last)} {
		if form != secret && len(form) >= minDecoded {
			r.decoded.add(form)
		}
	}
}

// addOptional adds a secret unless it is nil.
func (r *redactor) addOptional(secret *string) {
	if secret != nil {
		r.add(*secret)
	}
}

// sanitize prepares a text from the server for an error: without secrets, truncated, and without control characters and
// invisible characters.
func (r *redactor) sanitize(text string) string {
	complete := len(text) <= maxScrubbed
	text = strings.ToValidUTF8(text[:min(len(text), maxScrubbed)], "")

	// The first pass finds secrets that contain invisible characters, the second one secrets that are separated by them.
	text = r.scrub(Visible(r.scrub(text)))

	if !complete {
		text = text[:max(0, len(text)-r.unfinished())] + "…"
	}

	return truncate(strings.ToValidUTF8(text, ""))
}

// unfinished returns the maximum length, in bytes, of a partial secret at the end of a truncated text: the longest secret,
// of which each byte may be an escape, and an incomplete escape.
func (r *redactor) unfinished() int {
	if r == nil {
		return 0
	}

	r.mu.RLock()
	defer r.mu.RUnlock()

	return (r.secrets.longest + 1) * maxEscape
}

// scrub replaces every secret in a text. A text that contains a secret in an encoded form is withheld completely, because
// the extent of the encoded form depends on the unknown encoder.
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

// containsEncoded reports whether a text contains a secret in an encoded form: with any combination of the escapes of JSON,
// URLs and HTML, or as part of base64 or hexadecimal digits.
func (r *redactor) containsEncoded(text string) bool {
	count := 0

	for form := range decodings(text) {
		if count++; count > maxDecodings || r.containsDecoded(form) {
			return true
		}

		// Encoders wrap long lines, and a server may wrap its messages.
		if unwrapped := unwrap(form); unwrapped != form && r.containsDecoded(unwrapped) {
			return true
		}
	}

	return false
}

// containsDecoded reports whether a text contains a secret, also as part of base64 or hexadecimal digits.
func (r *redactor) containsDecoded(text string) bool {
	if r.contains(text) {
		return true
	}

	for plain := range binaries(text) {
		for inner := range decodings(plain) {
			if r.contains(inner) {
				return true
			}
		}
	}

	return false
}

// contains reports whether a text contains a secret or the decoded form of one. A plus may be an encoded space.
func (r *redactor) contains(text string) bool {
	for _, form := range []string{text, plusAsSpace(text)} {
		if r.secrets.contains(form) || r.decoded.contains(form) {
			return true
		}
	}

	return false
}

// plusAsSpace decodes the spaces of a query. It is not part of unescape, because base64 contains plus signs as well.
func plusAsSpace(text string) string { return strings.ReplaceAll(text, "+", " ") }

// decodings yields a text and then its decoded forms, until no escape is left or maxDecodings+1 forms have been yielded.
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

// minBinary is the minimum length of base64 or hexadecimal digits that are decoded.
const minBinary = 8

// binaries decodes each part of a text that may be base64 or hexadecimal digits. The encoding may start after other
// characters of the same alphabet, so each alignment is tried.
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
					// A single character after a multiple of four encodes no byte.
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

// standardBase64 converts the URL alphabet of base64 to the standard one.
var standardBase64 = strings.NewReplacer("-", "+", "_", "/")

func isBase64(r rune) bool {
	return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || r == '+' || r == '/' || r == '-' || r == '_'
}

func isHex(r rune) bool {
	return (r >= '0' && r <= '9') || (r >= 'a' && r <= 'f') || (r >= 'A' && r <= 'F')
}

// Visible replaces control characters and line separators by spaces, and removes invisible characters, such as those that
// change the direction of the text.
func Visible(text string) string {
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

// unwrap removes line breaks and everything else that Visible replaces or removes.
func unwrap(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return -1
		}

		return r
	}, text)
}

// truncate limits a message to maxMessageLength.
func truncate(message string) string {
	message = strings.TrimSpace(message)

	if runes := []rune(message); len(runes) > maxMessageLength {
		return string(runes[:maxMessageLength]) + "…"
	}

	return message
}
