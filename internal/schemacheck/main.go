// Command schemacheck compares the schema of the provider with that of the last release. The folder schema contains
// current.json and the schema of each release. Until the first release, baseline.json takes the place of the last release.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	iriusrisk "github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

const (
	currentFile  = "schema/current.json"
	baselineFile = "schema/baseline.json"
)

const usage = `usage: schemacheck COMMAND, in the root of the repository

update         writes schema/current.json
check          checks schema/current.json and that CHANGELOG.md announces its changes since the last release
notes VERSION  prints the changes of the schema in a version, or in Unreleased`

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run runs a command with the provider and the files in the working directory.
func run(ctx context.Context, arguments []string, out io.Writer) error {
	root := os.DirFS(".")

	switch {
	case slices.Equal(arguments, []string{"update"}):
		return update(ctx)
	case slices.Equal(arguments, []string{"check"}):
		current, err := providerSchema(ctx)
		if err != nil {
			return err
		}

		return check(root, current, out)
	case len(arguments) == 2 && arguments[0] == "notes":
		return writeNotes(root, arguments[1], out)
	default:
		return errors.New(usage)
	}
}

// update writes the schema of the provider to current.json.
func update(ctx context.Context) error {
	current, err := providerSchema(ctx)
	if err != nil {
		return err
	}

	content, err := current.encode()
	if err != nil {
		return err
	}

	return os.WriteFile(currentFile, content, 0o644) //nolint:gosec // The file is public.
}

// providerSchema returns the schema of the provider with all blocks that it registers.
func providerSchema(ctx context.Context) (schema, error) {
	read, err := readSchema(ctx, iriusrisk.NewServer("dev")())
	if err != nil {
		return nil, err
	}

	return read, read.checkComplete(registeredBlocks(ctx, iriusrisk.New("dev")()))
}

// check prints the changes since the last release. It returns an error if current.json is out of date or if the changelog does
// not announce the changes.
func check(root fs.FS, current schema, out io.Writer) error {
	wanted, err := current.encode()
	if err != nil {
		return err
	}

	if content, err := fs.ReadFile(root, currentFile); err != nil || !bytes.Equal(content, wanted) {
		return errors.Join(errors.New(currentFile+" is not up to date: run make generate and commit the result"), err)
	}

	announced, changes, err := changesIn(root, unreleased)
	if err != nil {
		return err
	}

	counts := make(map[class]int)
	for _, change := range changes {
		counts[change.class]++
	}

	if _, err := fmt.Fprintf(out, "%sThe schema of %d blocks and attributes has %d breaking, %d additive and %d documentation changes since the last release.\n",
		notes(changes), len(current), counts[breaking], counts[additive], counts[documentation]); err != nil {
		return err
	}

	// A release moves its section of the changelog, and adds its schema, in one commit.
	if strings.TrimSpace(announced.text) == "" && notes(changes) != "" {
		return fmt.Errorf("the section %q of CHANGELOG.md is empty, but the schema has changed: describe the changes, or, in a release, copy %s to the file of its version",
			unreleased, currentFile)
	}

	return announced.checkAnnounced(changes)
}

// writeNotes prints the changes of the schema in a version, to follow its section of the changelog.
func writeNotes(root fs.FS, version string, out io.Writer) error {
	announced, changes, err := changesIn(root, version)
	if err != nil {
		return err
	}

	if err := announced.checkAnnounced(changes); err != nil {
		return err
	}

	if text := notes(changes); text != "" {
		_, err = io.WriteString(out, "\n"+text)
	}

	return err
}

// changesIn returns the section of the changelog about a version, and the changes of the schema since the release before it.
func changesIn(root fs.FS, version string) (section, []change, error) {
	changelog, err := fs.ReadFile(root, "CHANGELOG.md")
	if err != nil {
		return section{}, nil, err
	}

	sections := changelogSections(string(changelog))

	at := slices.IndexFunc(sections, func(s section) bool { return s.version == version })
	if at < 0 {
		return section{}, nil, fmt.Errorf("CHANGELOG.md has no section %q", "## "+version)
	}

	before, after := baselineFile, currentFile
	if at+1 < len(sections) {
		before = releaseFile(sections[at+1].version)
	}

	if version != unreleased {
		after = releaseFile(version)
	}

	from, err := readFile(root, before)
	if err != nil {
		return section{}, nil, err
	}

	to, err := readFile(root, after)
	if err != nil {
		return section{}, nil, err
	}

	return sections[at], compare(from, to), nil
}

// releaseFile returns the name of the file with the schema of a release.
func releaseFile(version string) string { return "schema/" + version + ".json" }
