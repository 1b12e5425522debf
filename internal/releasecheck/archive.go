package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// checkArchive checks that an archive contains the license and a build of the provider for the platform and version.
func (c *checker) checkArchive(ctx context.Context, path, version, platform string) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer archive.Close() //nolint:errcheck // The file is only read.

	binary := name + "_v" + version
	windows := strings.HasPrefix(platform, "windows_")

	if windows {
		binary += ".exe"
	}

	var held []string
	for _, file := range archive.File {
		held = append(held, file.Name)
	}

	if slices.Sort(held); !slices.Equal(held, []string{"LICENSE", binary}) {
		return fmt.Errorf("%s contains %q, not LICENSE and %s", path, held, binary)
	}

	file, err := archive.Open(binary)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close() //nolint:errcheck // The file is only read.

	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}

	content, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}

	problems := []error{c.checkBuild(content, platform)}

	if !windows && info.Mode()&0o111 == 0 {
		problems = append(problems, fmt.Errorf("%s is not executable", binary))
	}

	if platform == c.host {
		problems = append(problems, c.checkVersion(ctx, content, version))
	}

	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}

	return nil
}

// checkBuild checks the build information: this provider, the platform, and a reproducible build. The version is not
// part of it, because Go omits linker flags with -trimpath.
func (c *checker) checkBuild(content []byte, platform string) error {
	info, err := c.readBuildInfo(bytes.NewReader(content))
	if err != nil {
		return err
	}

	settings := make(map[string]string)
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}

	goos, goarch, _ := strings.Cut(platform, "_")
	problems := make([]error, 0, 5)

	if info.Path != modulePath {
		problems = append(problems, fmt.Errorf("it is a build of %s", info.Path))
	}

	for _, want := range []struct{ key, value string }{{"GOOS", goos}, {"GOARCH", goarch}, {"CGO_ENABLED", "0"}, {"-trimpath", "true"}} {
		if got := settings[want.key]; got != want.value {
			problems = append(problems, fmt.Errorf("it is built with %s=%s, not %s", want.key, got, want.value))
		}
	}

	return errors.Join(problems...)
}

// checkVersion runs a build and checks the version that it reports. All platforms are built with the same flags, so
// checking the one of this machine suffices.
func (c *checker) checkVersion(ctx context.Context, content []byte, version string) (err error) {
	folder, err := os.MkdirTemp("", "releasecheck-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	binary := filepath.Join(folder, "provider.exe")
	if err := os.WriteFile(binary, content, 0o700); err != nil { //nolint:gosec // The file must be executable.
		return err
	}

	reported, err := c.reportVersion(ctx, binary)
	if err != nil {
		return err
	}

	if reported != version {
		return fmt.Errorf("it reports the version %q, not %q", reported, version)
	}

	return nil
}

// runVersion returns the version that a build reports.
func runVersion(ctx context.Context, binary string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	output, err := exec.CommandContext(ctx, binary, "-version").Output()
	if err != nil {
		return "", fmt.Errorf("unable to run the provider with -version: %w", err)
	}

	return strings.TrimSpace(string(output)), nil
}
