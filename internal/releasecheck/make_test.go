package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runMake runs a target in the root of the repository, with additional environment variables.
func runMake(t *testing.T, target string, variables ...string) (string, error) {
	t.Helper()

	if _, err := exec.LookPath("make"); err != nil {
		t.Skipf("make is not installed: %v", err)
	}

	command := exec.Command("make", "--no-print-directory", target)
	command.Dir = filepath.Join("..", "..")
	command.Env = append(os.Environ(), variables...)

	output, err := command.CombinedOutput()

	return string(output), err
}

// The notes of a release are the section of its version and the changes of the schema, and no text of a tag is run as a command.
func TestMake_releaseNotes(t *testing.T) {
	t.Parallel()

	changelog, err := os.ReadFile(filepath.Join("..", "..", "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}

	// The section of the first release is the last one. A new section may still be empty.
	_, first, _ := strings.Cut(string(changelog[strings.LastIndex(string(changelog), "\n## "):]), " ")
	version := strings.Fields(first)[0]

	if output, err := runMake(t, "release-notes", "VERSION="+version); err != nil || !strings.Contains(output, "\n### Added\n") || !strings.Contains(output, "\n### Schema changes\n") {
		t.Errorf("%s: %v: %s", version, err, output)
	}

	left := filepath.Join(t.TempDir(), "left")

	for _, version := range []string{"0.1.0;{touch," + left + "};#", "$(touch " + left + ")", "$(shell touch " + left + ")", "`touch " + left + "`", `0.1.0"; touch ` + left + ` #`, "0.1.0' ; touch " + left + " '"} {
		if output, err := runMake(t, "release-notes", "VERSION="+version); err == nil || !strings.Contains(output, "CHANGELOG.md has no section") {
			t.Errorf("%q: %v: %s", version, err, output)
		}
	}

	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("a version was run as a command: %v", err)
	}
}

// File paths in the environment are passed to the live tests as absolute paths, whatever characters they contain.
func TestMake_liveFiles(t *testing.T) {
	t.Parallel()

	bin := t.TempDir()
	fake := "#!/bin/sh\n[ \"$1\" = env ] || printf '<%s>' \"$IRIUSRISK_LIVE\" \"$IRIUSRISK_LIVE_REPORT\" \"$IRIUSRISK_CA_CERTIFICATE_FILE\" \"$@\"\n"

	// The fake go command replaces the one that would run the tests.
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(fake), 0o700); err != nil {
		t.Fatal(err)
	}

	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}

	output, err := runMake(t, "testacc-live", "CLI=/bin/true", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"IRIUSRISK_LIVE_REPORT=my report; exit 1.md", "IRIUSRISK_CA_CERTIFICATE_FILE=/etc/my 'own' $HOME.pem")

	if want := "<1><" + root + "/my report; exit 1.md></etc/my 'own' $HOME.pem><test>"; err != nil || !strings.Contains(output, want) {
		t.Errorf("%v: got %q, not %q", err, output, want)
	}
}
