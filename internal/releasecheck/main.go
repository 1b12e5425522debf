// Command releasecheck tells whether a folder that goreleaser filled holds a release as the Terraform and OpenTofu
// registries want it: https://developer.hashicorp.com/terraform/registry/providers/publishing.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	name     = "terraform-provider-iriusrisk"
	manifest = "terraform-registry-manifest.json"
)

// platforms are those that a release is built for.
var platforms = []string{
	"darwin_amd64", "darwin_arm64", "freebsd_amd64", "freebsd_arm64",
	"linux_amd64", "linux_arm64", "windows_amd64", "windows_arm64",
}

func main() {
	signed := flag.Bool("signed", false, "ask for the signature and the lists of components as well")
	flag.Parse()

	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: releasecheck [-signed] FOLDER")
		os.Exit(2)
	}

	version, err := check(flag.Arg(0), manifest, *signed)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	fmt.Printf("%s %s is a release of %d platforms as the registry wants it\n", name, version, len(platforms))
}

// check checks the release in a folder against the manifest of the repository, and returns its version. The error names
// all that is wrong.
func check(folder, manifest string, signed bool) (string, error) {
	version, sums, err := readSums(folder)
	if err != nil {
		return "", err
	}

	prefix := name + "_" + version + "_"
	want := map[string]string{prefix + "manifest.json": manifest}

	var problems []error

	for _, platform := range platforms {
		archive := prefix + platform + ".zip"
		want[archive] = filepath.Join(folder, archive)
		problems = append(problems, checkArchive(want[archive], version, strings.HasPrefix(platform, "windows_")))
	}

	for _, file := range slices.Sorted(maps.Keys(want)) {
		content, err := os.ReadFile(want[file])
		if err != nil {
			problems = append(problems, err)

			continue
		}

		if sum := sha256.Sum256(content); sums[file] != hex.EncodeToString(sum[:]) {
			problems = append(problems, fmt.Errorf("the checksum of %s is %q, not %x", file, sums[file], sum))
		}
	}

	if signed {
		problems = append(problems, checkSigned(folder, prefix, sums))
	}

	// A signed release has the list of each archive's components besides.
	for _, file := range slices.Sorted(maps.Keys(sums)) {
		if want[strings.TrimSuffix(file, ".sbom.json")] == "" {
			problems = append(problems, fmt.Errorf("the checksums name %s, which belongs to no release", file))
		}
	}

	return version, errors.Join(problems...)
}

// checkSigned checks that the checksums are signed, which the registries ask for, and cover the list of each archive's
// components.
func checkSigned(folder, prefix string, sums map[string]string) error {
	var problems []error

	if signature, err := os.Stat(filepath.Join(folder, prefix+"SHA256SUMS.sig")); err != nil {
		problems = append(problems, err)
	} else if signature.Size() == 0 {
		problems = append(problems, fmt.Errorf("%s is empty", signature.Name()))
	}

	for _, platform := range platforms {
		if components := prefix + platform + ".zip.sbom.json"; sums[components] == "" {
			problems = append(problems, fmt.Errorf("the checksums do not name %s", components))
		}
	}

	return errors.Join(problems...)
}

// readSums finds the one file of checksums in a folder, and returns the version in its name and what it says by file.
func readSums(folder string) (string, map[string]string, error) {
	found, err := filepath.Glob(filepath.Join(folder, name+"_*_SHA256SUMS"))
	if err != nil {
		return "", nil, err
	}

	if len(found) != 1 {
		return "", nil, fmt.Errorf("%s holds %d files of checksums, not one", folder, len(found))
	}

	content, err := os.ReadFile(found[0])
	if err != nil {
		return "", nil, err
	}

	sums := make(map[string]string)

	for line := range strings.Lines(string(content)) {
		sum, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			return "", nil, fmt.Errorf("%s has a line that is no checksum: %q", found[0], line)
		}

		sums[file] = sum
	}

	version := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), name+"_"), "_SHA256SUMS")

	return version, sums, nil
}

// checkArchive checks that an archive holds the licence and the provider, which knows its version.
func checkArchive(path, version string, windows bool) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer archive.Close() //nolint:errcheck // Nothing was written.

	binary := name + "_v" + version
	if windows {
		binary += ".exe"
	}

	var held []string
	for _, file := range archive.File {
		held = append(held, file.Name)
	}

	if slices.Sort(held); !slices.Equal(held, []string{"LICENSE", binary}) {
		return fmt.Errorf("%s holds %q, not LICENSE and %s", path, held, binary)
	}

	file, err := archive.Open(binary)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close() //nolint:errcheck // Nothing was written.

	content, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}

	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}

	if !windows && info.Mode()&0o111 == 0 {
		return fmt.Errorf("%s: %s cannot be executed", path, binary)
	}

	// The name of a file is in no binary, so this is what the linker stamped.
	if !bytes.Contains(content, []byte(version)) {
		return fmt.Errorf("%s: %s does not know that it is version %s", path, binary, version)
	}

	return nil
}
