package iriusrisk

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxEscape limits the length of one escape in bytes; the longest are entities of HTML such as
// &CounterClockwiseContourIntegral;.
const maxEscape = 40

// unescape decodes the escapes of a text once. The format of the text is not known, so it decodes the escapes of JSON,
// programming languages, URLs and HTML. Other text stays unchanged, including a plus, see plusAsSpace.
func unescape(text string) string {
	if !strings.ContainsAny(text, `\%&`) {
		return text
	}

	var decoded strings.Builder

	for text != "" {
		plain, length := text[:1], 1

		switch text[0] {
		case '\\':
			plain, length = unescapeBackslash(text)
		case '%':
			if octet, ok := hexadecimal(text, 1, 3); ok {
				plain, length = string([]byte{byte(octet)}), 3 //nolint:gosec // Two digits are one byte.
			}
		case '&':
			plain, length = unescapeEntity(text)
		}

		decoded.WriteString(plain)

		text = text[length:]
	}

	return decoded.String()
}

// unescapeEntity decodes the HTML entity at the start of a text, and returns its length in bytes.
func unescapeEntity(text string) (plain string, length int) {
	end := strings.IndexByte(text[:min(len(text), maxEscape)], ';') + 1
	if plain = html.UnescapeString(text[:end]); plain == text[:end] {
		return text[:1], 1
	}

	return plain, end
}

// unescapeBackslash decodes the backslash escape at the start of a text, and returns its length in bytes.
func unescapeBackslash(text string) (plain string, length int) {
	if len(text) == 1 {
		return text, 1
	}

	switch text[1] {
	case 'u', 'U':
		return unescapeUnicode(text)
	case 'x':
		if octet, ok := hexadecimal(text, 2, 4); ok {
			return string([]byte{byte(octet)}), 4 //nolint:gosec // Two digits are one byte.
		}
	case '0', '1', '2', '3':
		if octet, err := strconv.ParseUint(text[1:min(len(text), 4)], 8, 8); err == nil && len(text) >= 4 {
			return string([]byte{byte(octet)}), 4
		}
	}

	if at := strings.IndexByte("bfnrt", text[1]); at >= 0 {
		return "\b\f\n\r\t"[at : at+1], 2
	}

	return text[1:2], 2
}

// unescapeUnicode decodes \u0041, a surrogate pair of two such escapes, \U00000041 and \u{41}.
func unescapeUnicode(text string) (plain string, length int) {
	if strings.HasPrefix(text[2:], "{") {
		if end := strings.IndexByte(text[:min(len(text), maxEscape)], '}'); end > 0 {
			if character, ok := hexadecimal(text, 3, end); ok {
				return string(character), end + 1
			}
		}
	}

	if character, ok := hexadecimal(text, 2, 10); ok && text[1] == 'U' {
		return string(character), 10
	}

	first, ok := hexadecimal(text, 2, 6)
	if !ok {
		return text[1:2], 2
	}

	if second, ok := hexadecimal(text, 8, 12); ok && strings.HasPrefix(text[6:], `\u`) {
		if both := utf16.DecodeRune(first, second); both != utf8.RuneError {
			return string(both), 12
		}
	}

	return string(first), 6
}

// hexadecimal parses a part of a text as hexadecimal digits.
func hexadecimal(text string, from, to int) (rune, bool) {
	if len(text) < to {
		return 0, false
	}

	value, err := strconv.ParseUint(text[from:to], 16, 31)

	return rune(value), err == nil
}
