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

// checkArchive checks that an archive holds the licence and the provider, built for a platform in a version.
func (c *checker) checkArchive(ctx context.Context, path, version, platform string) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer archive.Close() //nolint:errcheck // Nothing was written.

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
		return fmt.Errorf("%s holds %q, not LICENSE and %s", path, held, binary)
	}

	file, err := archive.Open(binary)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close() //nolint:errcheck // Nothing was written.

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
		problems = append(problems, fmt.Errorf("%s cannot be executed", binary))
	}

	if platform == c.host {
		problems = append(problems, c.checkVersion(ctx, content, version))
	}

	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}

	return nil
}

// checkBuild checks what a build says of itself: that it is this provider, for a platform, and reproducible. Go leaves the
// linker's flags out of it with -trimpath, so the version is not among it.
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

// checkVersion runs a build and checks that it reports the version. All platforms are built with the same flags, so the
// one that runs on this machine speaks for the others.
func (c *checker) checkVersion(ctx context.Context, content []byte, version string) (err error) {
	folder, err := os.MkdirTemp("", "releasecheck-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	binary := filepath.Join(folder, "provider.exe")
	if err := os.WriteFile(binary, content, 0o700); err != nil { //nolint:gosec // It is to be run.
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

// runVersion asks a build for its version.
func runVersion(ctx context.Context, binary string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	output, err := exec.CommandContext(ctx, binary, "-version").Output()
	if err != nil {
		return "", fmt.Errorf("unable to ask the provider for its version: %w", err)
	}

	return strings.TrimSpace(string(output)), nil
}
