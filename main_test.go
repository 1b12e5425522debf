package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// CONTRIBUTING.md contains a reason for each direct dependency and each tool.
func TestDependencies_haveReasons(t *testing.T) {
	t.Parallel()

	reasons := readFile(t, "CONTRIBUTING.md")
	required := 0

	// In a tidy go.mod each requirement is on an indented line, and those of other modules are marked as indirect.
	for line := range strings.Lines(readFile(t, "go.mod")) {
		module, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasPrefix(line, "\t") || strings.Contains(line, "// indirect") {
			continue
		}

		required++

		if !strings.Contains(reasons, "\n| `"+module+"` |") {
			t.Errorf("CONTRIBUTING.md contains no reason for %s", module)
		}
	}

	if required == 0 {
		t.Error("go.mod requires nothing")
	}

	tools, err := filepath.Glob("tools/*/go.mod")
	if err != nil || len(tools) == 0 {
		t.Fatalf("no tools: %v", err)
	}

	for _, tool := range append(tools, "bench/go.mod") {
		if module := filepath.ToSlash(filepath.Dir(tool)); !strings.Contains(reasons, "\n| `"+module+"` |") {
			t.Errorf("CONTRIBUTING.md contains no reason for %s", module)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()

	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}

	return string(content)
}
