package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
)

// outcome is what happened to a mutant.
type outcome string

const (
	killed         outcome = "killed"
	survived       outcome = "SURVIVED"
	doesNotApply   outcome = "does not apply"
	doesNotCompile outcome = "does not compile"
)

// result is an outcome with its explanation.
type result struct {
	outcome outcome
	detail  string
}

// test applies the mutant to the repository in a folder, and runs its tests.
func (m *mutant) test(ctx context.Context, root string) result {
	scratch, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return result{doesNotApply, err.Error()}
	}

	defer os.RemoveAll(scratch) //nolint:errcheck // The system removes temporary folders.

	overlay, err := m.apply(ctx, root, scratch)
	if err != nil {
		return result{doesNotApply, err.Error()}
	}

	output, err := goTest(ctx, root, m.folder, m.tests, overlay)

	switch {
	case err == nil:
		return result{survived, m.breaks}
	case bytes.Contains(output, []byte("[build failed]")), bytes.Contains(output, []byte("[setup failed]")):
		return result{doesNotCompile, string(output)}
	default:
		return result{killed, killer(output)}
	}
}

// apply applies the patch to copies of the files in a scratch folder, and returns the overlay that replaces the files by
// their copies.
func (m *mutant) apply(ctx context.Context, root, scratch string) (overlay string, err error) {
	replace := make(map[string]string)

	for _, file := range m.files {
		original, err := filepath.Abs(filepath.Join(root, file))
		if err != nil {
			return "", err
		}

		content, err := os.ReadFile(original) //nolint:gosec // A file of the repository.
		if err != nil {
			return "", err
		}

		replace[original] = filepath.Join(scratch, file)

		if err := os.MkdirAll(filepath.Dir(replace[original]), 0o700); err != nil {
			return "", err
		}

		if err := os.WriteFile(replace[original], content, 0o600); err != nil { //nolint:gosec // A file in the scratch folder.
			return "", err
		}
	}

	git := exec.CommandContext(ctx, "git", "apply", "-")
	git.Dir, git.Stdin = scratch, bytes.NewReader(m.patch)

	// In a folder of a repository, git apply would skip files outside of it.
	git.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(scratch))

	if output, err := git.CombinedOutput(); err != nil {
		return "", fmt.Errorf("git apply: %w: %s", err, output)
	}

	encoded, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}

	overlay = filepath.Join(scratch, "overlay.json")

	return overlay, os.WriteFile(overlay, encoded, 0o600)
}

// testUnchanged runs the tests of all mutants without a mutant: a test that always fails would kill every mutant.
func testUnchanged(ctx context.Context, mutants []mutant) error {
	tests := make(map[string][]string)

	for _, m := range mutants {
		tests[m.folder] = append(tests[m.folder], m.tests...)
	}

	for folder, names := range tests {
		slices.Sort(names)

		if output, err := goTest(ctx, ".", folder, slices.Compact(names), ""); err != nil {
			return fmt.Errorf("the tests in %s fail without a mutant: %w\n%s", folder, err, output)
		}
	}

	return nil
}

// goTest runs tests of a package, with an overlay unless it is "". GOFLAGS has the overlay, because tests that run a CLI build
// the provider themselves.
func goTest(ctx context.Context, root, folder string, tests []string, overlay string) ([]byte, error) {
	command := exec.CommandContext(ctx, "go", "test", "-vet=off", "-failfast", "-timeout", "2m", "-run", pattern(tests), "./"+folder) //nolint:gosec // The arguments come from patches of the repository.
	command.Dir = root

	if overlay != "" {
		command.Env = append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" '-overlay="+overlay+"'")
	}

	return command.CombinedOutput()
}

var failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// killer returns the name of the first test that failed.
func killer(output []byte) string {
	if match := failedTest.FindSubmatch(output); match != nil {
		return string(match[1])
	}

	return "the tests panicked or timed out"
}
