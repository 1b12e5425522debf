package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// checker checks releases. What looks into a build, runs one, or verifies a signature can be exchanged by tests.
type checker struct {
	// host is the platform whose build is run.
	host string

	readBuildInfo func(io.ReaderAt) (*debug.BuildInfo, error)
	reportVersion func(ctx context.Context, binary string) (string, error)
	verify        func(ctx context.Context, signature, file string) error
}

// newChecker returns a checker that verifies signatures with the public key in a keyring.
func newChecker(keyring string) *checker {
	return &checker{
		host:          runtime.GOOS + "_" + runtime.GOARCH,
		readBuildInfo: buildinfo.Read,
		reportVersion: runVersion,
		verify: func(ctx context.Context, signature, file string) error {
			return verifySignature(ctx, keyring, signature, file)
		},
	}
}

// check checks the release in a folder, and returns its version. The error names all that is wrong.
func (c *checker) check(ctx context.Context, folder string) (string, error) {
	version, err := releaseVersion(folder)
	if err != nil {
		return "", err
	}

	prefix := name + "_" + version + "_"
	released := []string{prefix + "manifest.json"}

	var (
		components []string
		problems   []error
	)

	for _, platform := range platforms {
		released = append(released, prefix+platform+".zip")
		components = append(components, prefix+platform+".sbom.json")

		problems = append(problems,
			c.checkArchive(ctx, filepath.Join(folder, prefix+platform+".zip"), version, platform),
			checkComponents(filepath.Join(folder, prefix+platform+".sbom.json"), version),
		)
	}

	problems = append(problems,
		c.checkList(ctx, filepath.Join(folder, prefix+"SHA256SUMS"), released),
		c.checkList(ctx, filepath.Join(folder, prefix+"sbom.sha256"), components),
	)

	return version, errors.Join(problems...)
}

// releaseVersion is the version in the name of the one list of checksums in a folder.
func releaseVersion(folder string) (string, error) {
	found, err := filepath.Glob(filepath.Join(folder, name+"_*_SHA256SUMS"))
	if err != nil {
		return "", err
	}

	if len(found) != 1 {
		return "", fmt.Errorf("%s holds %d lists of checksums, not one", folder, len(found))
	}

	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), name+"_"), "_SHA256SUMS"), nil
}

// checkList checks that a signed list holds the checksums of the files, and no others. The files are beside it.
func (c *checker) checkList(ctx context.Context, list string, files []string) error {
	var problems []error

	if err := c.verify(ctx, list+".sig", list); err != nil {
		problems = append(problems, fmt.Errorf("the signature of %s: %w", list, err))
	}

	sums, err := readSums(list)
	if err != nil {
		return errors.Join(append(problems, err)...)
	}

	for _, file := range files {
		content, err := readFile(filepath.Join(filepath.Dir(list), file))
		if err != nil {
			problems = append(problems, err)

			continue
		}

		if sum := sha256.Sum256(content); sums[file] != hex.EncodeToString(sum[:]) {
			problems = append(problems, fmt.Errorf("%s has %q for %s, not %x", list, sums[file], file, sum))
		}
	}

	for _, file := range slices.Sorted(maps.Keys(sums)) {
		if !slices.Contains(files, file) {
			problems = append(problems, fmt.Errorf("%s names %s, which does not belong in it", list, file))
		}
	}

	return errors.Join(problems...)
}

// readSums returns the checksums in a list by file.
func readSums(list string) (map[string]string, error) {
	content, err := readFile(list)
	if err != nil {
		return nil, err
	}

	sums := make(map[string]string)

	for line := range strings.Lines(string(content)) {
		sum, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			return nil, fmt.Errorf("%s has a line that is no checksum: %q", list, line)
		}

		sums[file] = sum
	}

	return sums, nil
}

// checkComponents checks that a list of components is one of the provider in this version.
func checkComponents(path, version string) error {
	content, err := readFile(path)
	if err != nil {
		return err
	}

	var list struct {
		Format   string `json:"bomFormat"`
		Metadata struct {
			Component struct {
				Name    string `json:"name"`
				Version string `json:"version"`
			} `json:"component"`
		} `json:"metadata"`
		Components []json.RawMessage `json:"components"`
	}

	if err := json.Unmarshal(content, &list); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}

	if component := list.Metadata.Component; list.Format != "CycloneDX" || component.Name != modulePath || component.Version != "v"+version || len(list.Components) == 0 {
		return fmt.Errorf("%s is a list in the format %q of %d components of %s %s, not a CycloneDX list of %s v%s",
			path, list.Format, len(list.Components), component.Name, component.Version, modulePath, version)
	}

	return nil
}

// readFile reads a file of a release.
func readFile(path string) ([]byte, error) {
	return os.ReadFile(path) //nolint:gosec // The release is in the folder that the command is given.
}
