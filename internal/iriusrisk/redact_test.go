package iriusrisk

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// A secret that the server repeats, with or without the escapes of JSON, is redacted in the error.
func TestError_redactsSecrets(t *testing.T) {
	t.Parallel()

	secret := `p<ä>"s\s w/o&r'd%`

	for name, form := range map[string]string{
		"unescaped":        `p<ä>\"s\\s w/o&r'd%`,
		"JSON in ASCII":    `p\u003c\u00e4\u003e\"s\\s w\/o\u0026r\u0027d%`,
		"JSON in capitals": `p\u003C\u00E4\u003E\u0022s\u005Cs w/o&r'd%`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			client := connect(t, serve(t, answers(400, `{"detail":"the password `+form+` is weak"}`)).URL, nil)
			_, err := client.UpdateUser(t.Context(), "ada", UpdateUserRequest{Password: &secret})
			expectError(t, err, "the password (redacted) is weak")
		})
	}
}

// A text that contains a secret in an encoded form is withheld, for each encoding.
func TestRedactor_withholdsEncodedSecrets(t *testing.T) {
	t.Parallel()

	const secret = `p<ä>"s\s w/o&r'd%41`

	path := "p%3C%C3%A4%3E%22s%5Cs%20w%2Fo&r%27d%2541"
	basic := base64.StdEncoding.EncodeToString([]byte("ada:" + secret))

	for name, form := range map[string]string{
		"JSON":                        `p<ä>\"s\\s w/o&r'd%41`,
		"JSON twice":                  `p<ä>\\\"s\\\\s w/o&r'd%41`,
		"JSON three times":            `p\\\\u003cä\\\\u003e\\\\\\\"s\\\\\\\\s w/o\\\\u0026r'd%41`,
		"JSON for HTML":               `p\u003cä\u003e\"s\\s w/o\u0026r'd%41`,
		"JSON in ASCII and capitals":  `p\u003C\u00E4\u003E\u0022s\u005Cs w\/o&r'd%41`,
		"query":                       url.QueryEscape(secret),
		"query in small letters":      strings.ToLower(url.QueryEscape(secret)),
		"query twice":                 url.QueryEscape(url.QueryEscape(secret)),
		"path":                        path,
		"path in JSON":                strings.ReplaceAll(path, "%", `\u0025`),
		"HTML":                        `p&lt;ä&gt;&#34;s\s w/o&amp;r&#39;d%41`,
		"HTML by name":                `p&lt;&auml;&gt;&quot;s\s w&#x2F;o&amp;r&apos;d&#000037;41`,
		"HTML in HTML":                `p&amp;lt;ä&amp;gt;&amp;#34;s\s w/o&amp;amp;r&amp;#39;d%41`,
		"Python":                      `p<\xc3\xa4>"s\\s w/o&r\'d%41`,
		"octal":                       `p<\303\244>"s\\s w/o&r\'d%41`,
		"JavaScript":                  `p<\u{e4}>"s\\s w/o&r\'d%41`,
		"base64":                      base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 for URLs":             base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"base64 after a slash":        "x/" + base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 with a user name":     "Basic " + basic,
		"base64 in a query":           url.QueryEscape(basic),
		"hexadecimal":                 hex.EncodeToString([]byte(secret)),
		"hexadecimal after a digit":   "0" + strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"line break":                  "p<ä>\"s\\s w/o\n&r'd%41",
		"control characters":          "p<ä>\x00\"s\\s w/o&r\u2028'd%41",
		"line break in JSON":          `p<ä>\"s\\s w/o\r\n&r'd%41`,
		"base64 on two lines":         basic[:16] + "\r\n" + basic[16:],
		"base64 on two lines, JSON":   basic[:16] + `\n` + basic[16:],
		"base64 with slashes in JSON": strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte("?>~?"+secret)), "/", `\/`),
		"hexadecimal on two lines":    hex.EncodeToString([]byte(secret))[:20] + "\n" + hex.EncodeToString([]byte(secret))[20:],
		"invisible characters":        "p<ä>\"s\\s\u200b w/o&r\u202e'd%41",
	} {
		secrets := &redactor{}
		secrets.add("other secret")
		secrets.add(secret)

		if got := secrets.sanitize("the password " + form + " is weak"); got != withheld && got != "the password (redacted) is weak" {
			t.Errorf("%s: %q leaves %q", name, form, got)
		}
	}
}

// Texts without a secret stay unchanged, including their escapes, unless they are escaped too often to be searched.
func TestRedactor_keepsOtherTexts(t *testing.T) {
	t.Parallel()

	secrets := &redactor{}
	secrets.add("the-Passw0rd-of-ada")
	secrets.add(`\\\`)

	for _, text := range []string{
		`C:\new\users R&D 50% "x" %41 &lt; C++ \u0041`, "the-Passw0rd-of-grace", "YWRhOmdyYWNlLWFuZC1ob3BwZXI= 38400000-8cf0-11bd-b23e-10b96e4ef00d",
	} {
		if got := secrets.sanitize(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}

	if got := secrets.sanitize(strings.Repeat("%25", 3) + strings.Repeat("25", 2*maxDecodings)); got != withheld {
		t.Errorf("a text that is escaped too often becomes %q", got)
	}
}

// No part remains of secrets that contain each other, are adjacent or overlap.
func TestRedactor_adjacentSecrets(t *testing.T) {
	t.Parallel()

	secrets := &redactor{}
	for _, secret := range []string{"", "alpha", "alphabet", "betamax", "x1x1x"} {
		secrets.add(secret)
	}

	for text, wanted := range map[string]string{
		"an alphabet.":    "an (redacted).",
		"an alphabe":      "an (redacted)be",
		"an alphabetamax": "an (redacted)",
		"alphaalpha":      "(redacted)(redacted)",
		"x1x1x1x!":        "(redacted)!",
		"":                "",
	} {
		if got := secrets.scrub(text); got != wanted {
			t.Errorf("%q becomes %q, want %q", text, got, wanted)
		}
	}
}

// A truncated text does not end with a part of a secret.
func TestRedactor_truncatesNoSecret(t *testing.T) {
	t.Parallel()

	const secret = "Tr1cky!Passw0rd!of!a!user"

	secrets := &redactor{}
	secrets.add(secret)
	secrets.add(strings.Repeat("Abcdefgh1!", 40))

	for name, text := range map[string]string{
		"across the last shown character": strings.Repeat("x", maxMessageLength-10) + secret,
		"at the end of the searched text": strings.Repeat(" ", maxScrubbed-10) + secret,
		"escaped there":                   strings.Repeat(" ", maxScrubbed-20) + strings.ReplaceAll(secret, "!", "%2521"),
		"in base64 there":                 strings.Repeat(" ", maxScrubbed-20) + base64.StdEncoding.EncodeToString([]byte(secret)),
		"in digits there":                 strings.Repeat(" ", maxScrubbed-45) + hex.EncodeToString([]byte(secret)),
		"many":                            strings.Repeat(secret, 1000),
		"many long ones":                  strings.Repeat("Abcdefgh1!", 40000),
	} {
		got := secrets.sanitize(text)
		for _, part := range []string{"Tr1", "Abc", base64.StdEncoding.EncodeToString([]byte(secret))[:8], hex.EncodeToString([]byte(secret))[:8]} {
			if strings.Contains(got, part) {
				t.Errorf("part of a secret %s remains in %q", name, got)
			}
		}
	}
}

// A secret of which each character is escaped, and that a truncated text ends in, is not shown either.
func TestRedactor_truncatesNoEscapedSecret(t *testing.T) {
	t.Parallel()

	const secret = "Tr1cky!Passw0rd!of!a!user"

	secrets := &redactor{}
	secrets.add(secret)

	for _, format := range []string{`\u%04x`, `\\u%04x`, "&#x%x;", "%%25%02x"} {
		var escaped strings.Builder
		for _, character := range secret {
			fmt.Fprintf(&escaped, format, character)
		}

		if got := secrets.sanitize(strings.Repeat(" ", maxScrubbed-escaped.Len()+3) + escaped.String()); got != "…" {
			t.Errorf("%q becomes %q", escaped.String(), got)
		}
	}
}

// The maximum length counts characters, not bytes.
func TestRedactor_maximumLength(t *testing.T) {
	t.Parallel()

	if got := (&redactor{}).sanitize(strings.Repeat("€", maxMessageLength+1)); utf8.RuneCountInString(got) != maxMessageLength+1 {
		t.Errorf("%d characters are shown", utf8.RuneCountInString(got))
	}
}

// Control characters, invisible characters and those that change the direction of the text are removed.
func TestRedactor_dropsControlCharacters(t *testing.T) {
	t.Parallel()

	text := "a\u202eb\u2066c\u2069d\u200be\u200ff\ufeffg\u00adh\u2028i\u2029j\x1b[31mk\u009bl\nm\U000e0041n"
	if got, wanted := (&redactor{}).sanitize(text), "abcdefgh i j [31mk l mn"; got != wanted {
		t.Errorf("got %q, want %q", got, wanted)
	}
}

// similar returns secrets with a common prefix.
func similar(n int) *redactor {
	secrets := &redactor{}
	for i := range n {
		secrets.add(fmt.Sprintf("Q7-%024x-z", i*7919))
	}

	return secrets
}

// The number of steps of a search depends on the text and the longest secret, not on the number of secrets.
func TestRedactor_costDoesNotGrowWithSecrets(t *testing.T) {
	t.Parallel()

	texts := []string{
		"User not found, there is no user with this name in any business unit that you can see",
		strings.Repeat("Q7-0000000000000000000000", 100),
	}

	for _, text := range texts {
		var taken []int

		for _, n := range []int{100, 10000} {
			secrets := similar(n)
			steps := 0

			for at := range len(text) {
				for range secrets.secrets.steps(text[at:]) {
					steps++
				}
			}

			taken = append(taken, steps)
		}

		if taken[0] != taken[1] || taken[1] > len(text)*29 {
			t.Errorf("%d steps with 100 secrets and %d with 10000 in a text of %d bytes", taken[0], taken[1], len(text))
		}
	}
}

func BenchmarkRedactor(b *testing.B) {
	for _, n := range []int{1, 100, 10000} {
		b.Run(fmt.Sprintf("%d secrets", n), func(b *testing.B) {
			secrets := similar(n)

			for b.Loop() {
				secrets.sanitize("User not found, there is no user with this name in any business unit that you can see")
			}
		})
	}
}
