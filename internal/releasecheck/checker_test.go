package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

const (
	linux      = "terraform-provider-iriusrisk_1.2.3_linux_amd64.zip"
	components = "terraform-provider-iriusrisk_1.2.3_linux_amd64.sbom.json"
	sums       = "terraform-provider-iriusrisk_1.2.3_SHA256SUMS"
	sbomSums   = "terraform-provider-iriusrisk_1.2.3_sbom.sha256"
	manifest   = "terraform-provider-iriusrisk_1.2.3_manifest.json"
	provider   = "terraform-provider-iriusrisk_v1.2.3"
)

// checkerOfTexts returns a checker that reads build information, versions and signatures from the text of files.
func checkerOfTexts() *checker {
	return &checker{
		host: "linux_amd64",
		readBuildInfo: func(content io.ReaderAt) (*debug.BuildInfo, error) {
			text, err := io.ReadAll(io.NewSectionReader(content, 0, 1<<20))
			platform, _, _ := strings.Cut(string(text), " ")

			return buildOf(modulePath, platform, "0", "true"), err
		},
		reportVersion: func(_ context.Context, binary string) (string, error) {
			text, err := os.ReadFile(binary)
			_, version, _ := strings.Cut(string(text), " ")

			return version, err
		},
		verify: func(_ context.Context, signature, _ string) error {
			text, err := os.ReadFile(signature)
			if err == nil && string(text) != "good" {
				err = errors.New("bad signature")
			}

			return err
		},
	}
}

// buildOf returns build information.
func buildOf(path, platform, cgo, trimpath string) *debug.BuildInfo {
	goos, goarch, _ := strings.Cut(platform, "_")

	return &debug.BuildInfo{Path: path, Settings: []debug.BuildSetting{
		{Key: "GOOS", Value: goos}, {Key: "GOARCH", Value: goarch}, {Key: "CGO_ENABLED", Value: cgo}, {Key: "-trimpath", Value: trimpath},
	}}
}

// componentsOf returns an SBOM of a version of the provider.
func componentsOf(version string) string {
	return fmt.Sprintf(`{"bomFormat":"CycloneDX","metadata":{"component":{"name":%q,"version":%q}},"components":[{}]}`, modulePath, version)
}

func TestCheck_reportsEveryProblem(t *testing.T) {
	t.Parallel()

	for title, test := range map[string]struct {
		change func(release files)
		want   string // A part of the error, empty for none.
	}{
		"as wanted":          {func(files) {}, ""},
		"platform missing":   {func(release files) { delete(release, linux) }, linux},
		"manifest missing":   {func(release files) { delete(release, manifest) }, manifest},
		"no archive":         {func(release files) { release[linux] = "no archive" }, linux},
		"components missing": {func(release files) { delete(release, components) }, components},
		"another binary": {func(release files) {
			release[linux] = archive{0o755, "linux_amd64 1.2.3", []string{"LICENSE", "terraform-provider-iriusrisk"}}
		}, "not LICENSE and " + provider},
		"no licence": {func(release files) {
			release[linux] = archive{0o755, "linux_amd64 1.2.3", []string{provider}}
		}, "not LICENSE and " + provider},
		"version not stamped": {func(release files) {
			release[linux] = archive{0o755, "linux_amd64 dev", []string{"LICENSE", provider}}
		}, `reports the version "dev", not "1.2.3"`},
		"another platform's build": {func(release files) {
			release[linux] = archive{0o755, "darwin_amd64 1.2.3", []string{"LICENSE", provider}}
		}, "GOOS=darwin, not linux"},
		"not executable": {func(release files) {
			release[linux] = archive{0o644, "linux_amd64 1.2.3", []string{"LICENSE", provider}}
		}, "is not executable"},
		"components of another version": {func(release files) { release[components] = componentsOf("v1.2.2") }, "v1.2.2"},
		"components are no list":        {func(release files) { release[components] = "{}" }, components},
		"components beside the archives": {func(release files) {
			release[sums] = release.list(t, func(string) bool { return true })
		}, sums + " contains the unexpected file " + components},
		"archives beside the components": {func(release files) {
			release[sbomSums] = release.list(t, func(string) bool { return true })
		}, sbomSums + " contains the unexpected file " + manifest},
		"no checksums": {func(release files) { release[sums] = "" }, `has the checksum "" for ` + linux},
		"another archive than the list": {func(release files) {
			release[sums] = strings.ReplaceAll(release.list(t, func(file string) bool { return !strings.HasSuffix(file, ".sbom.json") }), "1", "2")
		}, linux},
		"garbled checksums":   {func(release files) { release[sums] = "garbage\n" }, "without a checksum"},
		"second release":      {func(release files) { release["terraform-provider-iriusrisk_1.2.4_SHA256SUMS"] = "" }, "contains 2 lists of checksums"},
		"not signed":          {func(release files) { delete(release, sums+".sig") }, sums + ".sig"},
		"signature bad":       {func(release files) { release[sums+".sig"] = "bad" }, "the signature of"},
		"components unsigned": {func(release files) { delete(release, sbomSums+".sig") }, sbomSums + ".sig"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()

			release := files{manifest: `{"version": 1}`, sums + ".sig": "good", sbomSums + ".sig": "good"}

			for _, platform := range platforms {
				binary := provider
				if strings.HasPrefix(platform, "windows_") {
					binary += ".exe"
				}

				release["terraform-provider-iriusrisk_1.2.3_"+platform+".zip"] = archive{0o755, platform + " 1.2.3", []string{"LICENSE", binary}}
				release["terraform-provider-iriusrisk_1.2.3_"+platform+".sbom.json"] = componentsOf("v1.2.3")
			}

			test.change(release)

			folder := t.TempDir()
			release.write(t, folder)

			version, err := checkerOfTexts().check(t.Context(), folder)

			switch {
			case test.want == "" && (err != nil || version != "1.2.3"):
				t.Errorf("version %q, %v", version, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("the error is %v, want %q in it", err, test.want)
			}
		})
	}
}

// A build must be of this provider and its platform, without cgo and without local paths.
func TestCheckBuild_reportsEveryProblem(t *testing.T) {
	t.Parallel()

	for want, info := range map[string]*debug.BuildInfo{
		"":                            buildOf(modulePath, "linux_arm64", "0", "true"),
		"a build of example.com/x":    buildOf("example.com/x", "linux_arm64", "0", "true"),
		"GOOS=windows, not linux":     buildOf(modulePath, "windows_arm64", "0", "true"),
		"GOARCH=amd64, not arm64":     buildOf(modulePath, "linux_amd64", "0", "true"),
		"CGO_ENABLED=1, not 0":        buildOf(modulePath, "linux_arm64", "1", "true"),
		"-trimpath=, not true":        buildOf(modulePath, "linux_arm64", "0", ""),
		"no information about itself": nil,
	} {
		c := checkerOfTexts()
		c.readBuildInfo = func(io.ReaderAt) (*debug.BuildInfo, error) {
			if info == nil {
				return nil, errors.New("no information about itself")
			}

			return info, nil
		}

		if err := c.checkBuild(nil, "linux_arm64"); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q in it", err, want)
		}
	}
}

// files maps the names of the files of a release to their content, a string or an archive.
type files map[string]any

// archive is a zip archive whose files all have the same mode and content.
type archive struct {
	mode    fs.FileMode
	content string
	names   []string
}

// bytes returns the zip file.
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

// list returns a list of the checksums of the selected files.
func (f files) list(t *testing.T, in func(file string) bool) string {
	t.Helper()

	var lines strings.Builder

	for name := range f {
		if in(name) && !strings.HasSuffix(name, ".sig") && name != sums && name != sbomSums {
			fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(f.content(t, name)), name)
		}
	}

	return lines.String()
}

// content returns the content of a file.
func (f files) content(t *testing.T, name string) []byte {
	t.Helper()

	switch file := f[name].(type) {
	case string:
		return []byte(file)
	case archive:
		return file.bytes(t)
	default:
		t.Fatalf("%s is neither text nor an archive", name)

		return nil
	}
}

// write writes a release into a folder and adds missing lists of checksums.
func (f files) write(t *testing.T, folder string) {
	t.Helper()

	isComponents := func(file string) bool { return strings.HasSuffix(file, ".sbom.json") }

	for list, in := range map[string]func(string) bool{sums: func(file string) bool { return !isComponents(file) }, sbomSums: isComponents} {
		if _, given := f[list]; !given {
			f[list] = f.list(t, in)
		}
	}

	for name := range f {
		if err := os.WriteFile(filepath.Join(folder, name), f.content(t, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
