package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
		change func(release files)
		want   string // A part of the error, empty for none.
		signed bool
	}{
		"as wanted": {func(files) {}, "", false},
		"with components": {func(release files) {
			release[linux+".sbom.json"] = "{}"
		}, "", false},
		"platform missing": {func(release files) {
			delete(release, linux)
		}, linux, false},
		"manifest missing": {func(release files) {
			delete(release, released)
		}, "the checksum of " + released, false},
		"foreign file": {func(release files) {
			release["notes.txt"] = ""
		}, "notes.txt", false},
		"another binary": {func(release files) {
			release[linux] = archive{0o755, "1.2.3", []string{"LICENSE", "terraform-provider-iriusrisk"}}
		}, "not LICENSE and " + provider, false},
		"no licence": {func(release files) {
			release[linux] = archive{0o755, "1.2.3", []string{provider}}
		}, "not LICENSE and " + provider, false},
		"version not stamped": {func(release files) {
			release[linux] = archive{0o755, "dev", []string{"LICENSE", provider}}
		}, "does not know", false},
		"not executable": {func(release files) {
			release[linux] = archive{0o644, "1.2.3", []string{"LICENSE", provider}}
		}, "cannot be executed", false},
		"no archive": {func(release files) {
			release[linux] = "no archive"
		}, linux, false},
		"no checksums": {func(release files) {
			release[sums] = ""
		}, "the checksum of " + linux, false},
		"garbled checksums": {func(release files) {
			release[sums] = "garbage\n"
		}, "no checksum", false},
		"second release": {func(release files) {
			release["terraform-provider-iriusrisk_1.2.4_SHA256SUMS"] = ""
		}, "holds 2 files of checksums", false},
		"signed": {sign, "", true},
		"not signed": {func(release files) {
			sign(release)
			delete(release, sums+".sig")
		}, sums + ".sig", true},
		"signature empty": {func(release files) {
			sign(release)
			release[sums+".sig"] = ""
		}, "is empty", true},
		"components missing": {func(release files) {
			sign(release)
			delete(release, linux+".sbom.json")
		}, "do not name " + linux + ".sbom.json", true},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()

			folder := t.TempDir()
			manifest := filepath.Join(t.TempDir(), "manifest.json")
			release := files{released: `{"version": 1}`}

			if err := os.WriteFile(manifest, []byte(`{"version": 1}`), 0o600); err != nil {
				t.Fatal(err)
			}

			for _, platform := range platforms {
				binary := provider
				if strings.HasPrefix(platform, "windows_") {
					binary += ".exe"
				}

				release["terraform-provider-iriusrisk_1.2.3_"+platform+".zip"] = archive{0o755, "1.2.3", []string{"LICENSE", binary}}
			}

			test.change(release)
			write(t, folder, sums, release)

			version, err := check(folder, manifest, test.signed)

			switch {
			case test.want == "" && (err != nil || version != "1.2.3"):
				t.Errorf("version %q, %v", version, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%v does not say %q", err, test.want)
			}
		})
	}
}

// sign adds what a signed release has besides.
func sign(release files) {
	release["terraform-provider-iriusrisk_1.2.3_SHA256SUMS.sig"] = "signature"

	for _, platform := range platforms {
		release["terraform-provider-iriusrisk_1.2.3_"+platform+".zip.sbom.json"] = "{}"
	}
}

// files are those of a release by name, each a string or an archive.
type files map[string]any

// archive is an archive of files with the same mode and content.
type archive struct {
	mode    fs.FileMode
	content string
	names   []string
}

// bytes are the bytes of the zip file.
func (a archive) bytes(t *testing.T) []byte {
	t.Helper()

	var buffer bytes.Buffer

	writer := zip.NewWriter(&buffer)

	for _, name := range a.names {
		header := &zip.FileHeader{Name: name}
		header.SetMode(a.mode)

		file, err := writer.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}

		if _, err := file.Write([]byte(a.content)); err != nil {
			t.Fatal(err)
		}
	}

	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	return buffer.Bytes()
}

// write writes a release into a folder, with the checksums of its files unless it brings its own.
func write(t *testing.T, folder, sums string, release files) {
	t.Helper()

	var lines strings.Builder

	for name, file := range release {
		content, isText := file.(string)
		if zipped, isArchive := file.(archive); isArchive {
			content, isText = string(zipped.bytes(t)), true
		}

		if !isText {
			t.Fatalf("%s is neither text nor an archive", name)
		}

		// No file of checksums names its own signature.
		if name != sums+".sig" {
			fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256([]byte(content)), name)
		}

		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	if _, given := release[sums]; given {
		return
	}

	if err := os.WriteFile(filepath.Join(folder, sums), []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
