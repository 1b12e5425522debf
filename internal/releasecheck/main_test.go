package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()

	const (
		linux    = "terraform-provider-iriusrisk_1.2.3_linux_amd64.zip"
		sums     = "terraform-provider-iriusrisk_1.2.3_SHA256SUMS"
		released = "terraform-provider-iriusrisk_1.2.3_manifest.json"
		provider = "terraform-provider-iriusrisk_v1.2.3"
	)

	for title, test := range map[string]struct {
		change func(t *testing.T, release map[string][]byte)
		want   string // A part of the error, empty for none.
	}{
		"as wanted": {func(*testing.T, map[string][]byte) {}, ""},
		"with components": {func(_ *testing.T, release map[string][]byte) {
			release[linux+".sbom.json"] = []byte("{}")
		}, ""},
		"platform missing": {func(_ *testing.T, release map[string][]byte) {
			delete(release, linux)
		}, linux},
		"manifest missing": {func(_ *testing.T, release map[string][]byte) {
			delete(release, released)
		}, "the checksum of " + released},
		"foreign file": {func(_ *testing.T, release map[string][]byte) {
			release["notes.txt"] = nil
		}, "notes.txt"},
		"another binary": {func(t *testing.T, release map[string][]byte) {
			release[linux] = zipped(t, 0o755, "1.2.3", "LICENSE", "terraform-provider-iriusrisk")
		}, "not LICENSE and " + provider},
		"no licence": {func(t *testing.T, release map[string][]byte) {
			release[linux] = zipped(t, 0o755, "1.2.3", provider)
		}, "not LICENSE and " + provider},
		"version not stamped": {func(t *testing.T, release map[string][]byte) {
			release[linux] = zipped(t, 0o755, "dev", "LICENSE", provider)
		}, "does not know"},
		"not executable": {func(t *testing.T, release map[string][]byte) {
			release[linux] = zipped(t, 0o644, "1.2.3", "LICENSE", provider)
		}, "cannot be executed"},
		"no archive": {func(_ *testing.T, release map[string][]byte) {
			release[linux] = []byte("no archive")
		}, linux},
		"no checksums": {func(_ *testing.T, release map[string][]byte) {
			release[sums] = nil
		}, "the checksum of " + linux},
		"garbled checksums": {func(_ *testing.T, release map[string][]byte) {
			release[sums] = []byte("garbage\n")
		}, "no checksum"},
		"second release": {func(_ *testing.T, release map[string][]byte) {
			release["terraform-provider-iriusrisk_1.2.4_SHA256SUMS"] = nil
		}, "holds 2 files of checksums"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()

			folder := t.TempDir()
			manifest := filepath.Join(t.TempDir(), "manifest.json")
			release := map[string][]byte{released: []byte(`{"version": 1}`)}

			if err := os.WriteFile(manifest, release[released], 0o600); err != nil {
				t.Fatal(err)
			}

			for _, platform := range platforms {
				binary := provider
				if strings.HasPrefix(platform, "windows_") {
					binary += ".exe"
				}

				release["terraform-provider-iriusrisk_1.2.3_"+platform+".zip"] = zipped(t, 0o755, "1.2.3", "LICENSE", binary)
			}

			test.change(t, release)
			write(t, folder, sums, release)

			version, err := check(folder, manifest)

			switch {
			case test.want == "" && (err != nil || version != "1.2.3"):
				t.Errorf("version %q, %v", version, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v does not say %q", err, test.want)
			}
		})
	}
}

// zipped is an archive of files with the given mode, each holding the content.
func zipped(t *testing.T, mode fs.FileMode, content string, names ...string) []byte {
	t.Helper()

	var buffer bytes.Buffer

	archive := zip.NewWriter(&buffer)

	for _, name := range names {
		header := &zip.FileHeader{Name: name}
		header.SetMode(mode)

		file, err := archive.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}

		if _, err := file.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}

	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}

	return buffer.Bytes()
}

// write writes a release with the checksums of its files, unless it brings its own.
func write(t *testing.T, folder, sums string, release map[string][]byte) {
	t.Helper()

	if _, given := release[sums]; !given {
		var lines []string
		for name, content := range release {
			lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(content), name))
		}

		slices.Sort(lines)
		release[sums] = []byte(strings.Join(lines, ""))
	}

	for name, content := range release {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
