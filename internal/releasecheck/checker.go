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

// checker checks releases. Tests replace its functions.
type checker struct {
	// host is the platform of this machine.
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

// check checks the release in a folder and returns its version. The error lists all problems.
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

// releaseVersion returns the version of the release in a folder, from the name of its list of checksums.
func releaseVersion(folder string) (string, error) {
	found, err := filepath.Glob(filepath.Join(folder, name+"_*_SHA256SUMS"))
	if err != nil {
		return "", err
	}

	if len(found) != 1 {
		return "", fmt.Errorf("%s contains %d lists of checksums, want one", folder, len(found))
	}

	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), name+"_"), "_SHA256SUMS"), nil
}

// checkList checks the signature of a list and that it contains the checksums of exactly the given files, which are in
// the same folder.
func (c *checker) checkList(ctx context.Context, list string, files []string) error {
	var problems []error

	if err := c.verify(ctx, list+".sig", list); err != nil {
		problems = append(problems, fmt.Errorf("the signature of %s is invalid: %w", list, err))
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
			problems = append(problems, fmt.Errorf("%s has the checksum %q for %s, want %x", list, sums[file], file, sum))
		}
	}

	for _, file := range slices.Sorted(maps.Keys(sums)) {
		if !slices.Contains(files, file) {
			problems = append(problems, fmt.Errorf("%s contains the unexpected file %s", list, file))
		}
	}

	return errors.Join(problems...)
}

// readSums returns the checksums in a list, by file name.
func readSums(list string) (map[string]string, error) {
	content, err := readFile(list)
	if err != nil {
		return nil, err
	}

	sums := make(map[string]string)

	for line := range strings.Lines(string(content)) {
		sum, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			return nil, fmt.Errorf("%s contains a line without a checksum: %q", list, line)
		}

		sums[file] = sum
	}

	return sums, nil
}

// checkComponents checks that an SBOM describes this version of the provider.
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
	return os.ReadFile(path) //nolint:gosec // The path is an argument of the command.
}
