package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

const root = "../.."

// A patch that no longer applies, or names a test that no longer exists, must be renewed.
func TestPatches_areUpToDate(t *testing.T) {
	t.Parallel()

	mutants, err := readMutants(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}

	declared := make(map[string]map[string]bool)

	for _, m := range mutants {
		if _, err := m.apply(t.Context(), root, t.TempDir()); err != nil {
			t.Errorf("%s does not apply: %v", m.name, err)
		}

		if declared[m.folder] == nil {
			declared[m.folder] = testsIn(t, filepath.Join(root, m.folder))
		}

		for _, name := range m.tests {
			if !declared[m.folder][name] {
				t.Errorf("%s: %s has no test %s", m.name, m.folder, name)
			}
		}
	}
}

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// testsIn returns the names of the tests in a folder.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()

	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}

	names := make(map[string]bool)

	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}

		for _, match := range testFunction.FindAllSubmatch(content, -1) {
			names[string(match[1])] = true
		}
	}

	return names
}

// small is a module with one test.
func small(t *testing.T) string {
	t.Helper()

	folder := t.TempDir()

	for name, content := range map[string]string{
		"go.mod":           "module small\n\ngo 1.26\n",
		"sum/sum.go":       "package sum\n\nfunc Of(a, b int) int {\n\treturn a + b\n}\n\nfunc Unused() int {\n\treturn 1\n}\n",
		"sum/sum_test.go":  "package sum\n\nimport \"testing\"\n\nfunc TestOf(t *testing.T) {\n\tif Of(2, 3) != 5 {\n\t\tt.Fatal()\n\t}\n}\n",
		"other/content.go": "package other\n",
	} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	return folder
}

func patch(before, after string) string {
	return "Breaks: A rule.\nPackage: sum\nTests: TestOf\n\ndiff --git a/sum/sum.go b/sum/sum.go\n--- a/sum/sum.go\n+++ b/sum/sum.go\n@@ -1,9 +1,9 @@\n package sum\n \n" +
		" func Of(a, b int) int {\n-\t" + before + "\n+\t" + after + "\n }\n \n func Unused() int {\n \treturn 1\n }\n"
}

func TestMutant_outcomes(t *testing.T) {
	t.Parallel()

	folder := small(t)
	original, err := os.ReadFile(filepath.Join(folder, "sum/sum.go"))
	if err != nil {
		t.Fatal(err)
	}

	for name, test := range map[string]struct {
		patch string
		want  outcome
	}{
		"noticed":        {patch("return a + b", "return a - b"), killed},
		"not noticed":    {patch("return a + b", "return b + a"), survived},
		"out of date":    {patch("return a * b", "return a - b"), doesNotApply},
		"does not parse": {patch("return a + b", "return a +"), doesNotCompile},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			m, err := parse("small", []byte(test.patch))
			if err != nil {
				t.Fatal(err)
			}

			if got := m.test(context.Background(), folder); got.outcome != test.want {
				t.Errorf("got %q (%s), want %q", got.outcome, got.detail, test.want)
			}

			now, err := os.ReadFile(filepath.Join(folder, "sum/sum.go"))
			if err != nil || string(now) != string(original) {
				t.Errorf("the mutant changed the original file: %v\n%s", err, now)
			}
		})
	}
}

func TestParse_incompleteHeader(t *testing.T) {
	t.Parallel()

	if _, err := parse("small", []byte("Breaks: A rule.\nPackage: sum\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n")); err == nil {
		t.Error("a patch without tests was accepted")
	}
}
