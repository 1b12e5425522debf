package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// retiredPhrase is a phrase that this repository does not use, and what to write instead.
type retiredPhrase struct {
	// phrase lists the alternatives of each of its words. An asterisk is any word. The + within a word is omitted: it keeps
	// this file out of the results of a search for the word.
	phrase, instead string
}

var retiredPhrases = []retiredPhrase{
	{"no+body|some+body|every+body|any+body", "a user, no user, all users"},
	{"who+ever", "the user who, every user who"},
	{"a+new", "again"},
	{"all the same", "nevertheless, still"},
	{"by hand", "outside Terraform, manually"},
	{"assigned|changed|created|deleted|managed|removed|replaced|revoked|rotated elsewhere", "outside Terraform"},
	{"behind * back", "outside Terraform"},
	{"behind * s back", "outside Terraform"},
	{"half made", "partially created"},
	{"take|takes|taken|taking|took back", "remove, revoke"},
	{"take|takes|taken|taking|took it|them back", "remove, revoke"},
	{"give|gives|given|giving|gave|take|takes|taken|taking|took a|an|the|one role|roles|unit|units|membership|memberships", "assign, remove"},
	{"give|gives|given|giving|gave|take|takes|taken|taking|took a|an|the|one business unit|units", "assign, remove"},
	{"given away", "assign"},
	{"end|ends|ended|ending a|the|its|their|this|that|every token", "revoke"},
	{"end|ends|ended|ending a|an|the|its|their|this|that|every * token", "revoke"},
	{"another person", "a different user"},
	{"is|are|was|were gone", "was deleted, is removed from the state"},
	{"out of state", "removed from the state"},
	{"out of the state", "removed from the state"},
	{"let|lets|letting go", "release"},
	{"take|takes|taking|took turns", "wait for the lock, run one after the other"},
	{"know|knows better", "the fact itself"},
	{"remember|remembers|remembered|remembering", "cache, store"},
	{"forget|forgets|forgetting|forgot|forgotten|forgetful", "invalidate, expire, omit"},
	{"fate", "outcome"},
	{"mend|mends|mended|mending", "correct, fix"},
	{"fault of the provider", "bug in the provider"},
}

// allowedPhrase is a retired phrase that is right in one file. It is written as the test reports it.
type allowedPhrase struct{ file, phrase, reason string }

var allowedPhrases = []allowedPhrase{
	{"examples/policies/policy/leavers.rego", "forget", "the action in the JSON of a plan"},
	{"examples/policies/policy/leavers_test.rego", "forget", "the action in the JSON of a plan"},
	{"examples/policies/policy/removals_test.rego", "forget", "the action in the JSON of a plan"},
}

// notOurs are the files in the words of others, and this file, which lists the retired phrases.
var notOurs = []string{"LICENSE", "go.sum", "language_test.go"}

// releasedTexts is the folder with the descriptions of former releases. The current ones are also in the code.
const releasedTexts = "schema"

// Schema texts, messages, docs, comments and identifiers use the plain terms of the field.
func TestLanguage_noRetiredPhrases(t *testing.T) {
	t.Parallel()

	used := make(map[allowedPhrase]bool)

	for name, content := range ownTexts(t) {
		for _, found := range findRetired(content) {
			allowed := slices.IndexFunc(allowedPhrases, func(allowed allowedPhrase) bool {
				return allowed.file == name && allowed.phrase == found.words
			})
			if allowed >= 0 {
				used[allowedPhrases[allowed]] = true

				continue
			}

			t.Errorf("%s:%d: %q is retired, write: %s", name, found.line, found.words, found.instead)
		}
	}

	for _, allowed := range allowedPhrases {
		if !used[allowed] {
			t.Errorf("%s does not contain %q, remove the exception (%s)", allowed.file, allowed.phrase, allowed.reason)
		}
	}
}

func TestLanguage_findsPhrases(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"No+body reads this.":                                  "no+body",
		"func readEvery+body()":                                "every+body",
		"\t// a role that the provider\n\t// takes\n\t// back": "takes back",
		"# all\n# the same":                                    "all the same",
		"behind Terraform's back":                              "behind terraform s back",
		"`halfMade`":                                           "half made",
		"it ends the old token":                                "ends the old token",
		"it revokes the old token":                             "",
		"It is. Gone are the":                                  "",
		"TestUserAPIToken_waitsForANewUser":                    "",
		"a renewed token":                                      "",
	} {
		var got []string
		for _, found := range findRetired(strings.ReplaceAll(text, "+", "")) {
			got = append(got, found.words)
		}

		if found := strings.Join(got, ", "); found != strings.ReplaceAll(want, "+", "") {
			t.Errorf("%q: found %q, want %q", text, found, want)
		}
	}
}

// foundPhrase is a retired phrase in a text, in lower case.
type foundPhrase struct {
	line           int
	words, instead string
}

var (
	// aWord is also one word of an identifier.
	aWord = regexp.MustCompile(`[A-Z]?[a-z]+|[A-Z]+`)
	// A phrase does not go on after these characters.
	phraseEnd = "\"`.,;:!?()[]{}<>=+|"
)

// findRetired returns the retired phrases in a text, also across line breaks.
func findRetired(text string) (all []foundPhrase) {
	places := aWord.FindAllStringIndex(text, -1)

	words := make([]string, len(places))
	for i, place := range places {
		words[i] = strings.ToLower(text[place[0]:place[1]])
	}

	for _, retired := range retiredPhrases {
		phrase := make([][]string, 0, 5)
		for alternatives := range strings.FieldsSeq(strings.ReplaceAll(retired.phrase, "+", "")) {
			phrase = append(phrase, strings.Split(alternatives, "|"))
		}

		for start := range words {
			end := start + len(phrase)
			if end <= len(words) && isPhrase(words[start:end], phrase) && !strings.ContainsAny(text[places[start][0]:places[end-1][1]], phraseEnd) {
				line := 1 + strings.Count(text[:places[start][0]], "\n")
				all = append(all, foundPhrase{line, strings.Join(words[start:end], " "), retired.instead})
			}
		}
	}

	return all
}

// isPhrase reports whether each word is one of the alternatives at its place.
func isPhrase(words []string, phrase [][]string) bool {
	for i, word := range words {
		if phrase[i][0] != "*" && !slices.Contains(phrase[i], word) {
			return false
		}
	}

	return true
}

// ownTexts returns the text files of this repository by name. It does not need git, so that it works in an exported tree.
func ownTexts(t *testing.T) map[string]string {
	t.Helper()

	texts := make(map[string]string)
	tree := os.DirFS(".")

	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (isIgnored(name) || name == releasedTexts):
			return fs.SkipDir
		case !entry.Type().IsRegular() || isIgnored(name) || slices.Contains(notOurs, path.Base(name)):
			return nil
		}

		content, err := fs.ReadFile(tree, name)
		if err == nil && !bytes.ContainsRune(content, 0) {
			texts[name] = string(content)
		}

		return err
	})
	if err != nil || texts["main.go"] == "" {
		t.Fatalf("%d files, without main.go, or the error %v", len(texts), err)
	}

	return texts
}

// isIgnored reports whether a file or a folder belongs to git or is ignored by it.
func isIgnored(name string) bool {
	base := path.Base(name)

	return slices.Contains([]string{".git", ".bin", "dist", ".terraform", ".terraform.lock.hcl", "crash.log", "cover.out"}, base) ||
		strings.HasSuffix(base, ".tfstate") || strings.Contains(base, ".tfstate.")
}
