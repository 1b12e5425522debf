package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// The demo completes, prints the drift it detects, and leaves no files behind.
func TestDemo_detectsAndCorrectsDrift(t *testing.T) {
	if _, err := os.Stat(os.Getenv("TF_CLI_CONFIG_FILE")); errors.Is(err, fs.ErrNotExist) {
		t.Setenv("TF_CLI_CONFIG_FILE", "")
	}

	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	temporary := t.TempDir()

	t.Setenv("TMPDIR", temporary)
	t.Setenv("IRIUSRISK_ENDPOINT", "https://unused.example")
	t.Chdir("../..")

	var out strings.Builder

	if err := run(t.Context(), cli, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}

	for _, line := range []string{`iriusrisk_user.people["alan"]: update`, `iriusrisk_user.people["grace"]: update`, "nothing is left behind"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("the output does not contain %q:\n%s", line, out.String())
		}
	}

	left, err := os.ReadDir(temporary)
	if err != nil {
		t.Fatal(err)
	}

	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "iriusrisk-demo-") {
			t.Errorf("%s is left behind", entry.Name())
		}
	}
}
