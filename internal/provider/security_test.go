package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test that SECURITY.md names exists.
func TestSecurity_namesTestsThatExist(t *testing.T) {
	t.Parallel()

	promises, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}

	files, err := filepath.Glob("../*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}

	var tests strings.Builder

	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}

		tests.Write(content)
	}

	names := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z_]+)`").FindAllSubmatch(promises, -1)
	if len(names) == 0 {
		t.Error("SECURITY.md names no test")
	}

	for _, name := range names {
		if !strings.Contains(tests.String(), "\nfunc "+string(name[1])+"(") {
			t.Errorf("SECURITY.md names the test %s, which does not exist", name[1])
		}
	}
}
