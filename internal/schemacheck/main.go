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

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	iriusrisk "github.com/iriusrisk/terraform-provider-iriusrisk/internal/provider"
)

const (
	currentFile  = "schema/current.json"
	baselineFile = "schema/baseline.json"
)

const usage = `usage: schemacheck COMMAND, in the root of the repository

update         writes schema/current.json
check          checks schema/current.json and the announcements of breaking changes since the last release
notes VERSION  prints the changes of the schema in a version, or in Unreleased`

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run runs a command with the provider and the files in the working directory.
func run(ctx context.Context, arguments []string, out io.Writer) error {
	current, err := providerSchema(ctx, iriusrisk.New("dev")())
	if err != nil {
		return err
	}

	root := os.DirFS(".")

	switch {
	case len(arguments) == 1 && arguments[0] == "update":
		content, err := current.encode()
		if err != nil {
			return err
		}

		return os.WriteFile(currentFile, content, 0o644) //nolint:gosec // The file is public.
	case len(arguments) == 1 && arguments[0] == "check":
		return check(root, current, out)
	case len(arguments) == 2 && arguments[0] == "notes":
		return writeNotes(root, current, arguments[1], out)
	default:
		return errors.New(usage)
	}
}

// providerSchema returns the schema of a provider with all blocks that it registers.
func providerSchema(ctx context.Context, p provider.Provider) (schema, error) {
	read, err := readSchema(ctx, providerserver.NewProtocol6(p)())
	if err != nil {
		return nil, err
	}

	return read, read.checkComplete(registeredBlocks(ctx, p))
}

// check prints the changes since the last release. It returns an error if current.json is out of date or if a breaking
// change is not announced.
func check(root fs.FS, current schema, out io.Writer) error {
	if err := checkFile(root, currentFile, current); err != nil {
		return err
	}

	changes, announcement, err := changesIn(root, current, unreleased)
	if err != nil {
		return err
	}

	counts := make(map[class]int)
	for _, change := range changes {
		counts[change.class]++
	}

	_, err = fmt.Fprintf(out, "%sThe schema of %d blocks and attributes has %d breaking, %d additive and %d documentation changes since the last release.\n",
		notes(changes), len(current), counts[breaking], counts[additive], counts[documentation])

	return errors.Join(err, announcement.checkAnnounced(changes))
}

// writeNotes prints the changes of the schema in a version. A released version must have the schema of this provider.
func writeNotes(root fs.FS, current schema, version string, out io.Writer) error {
	name := currentFile
	if version != unreleased {
		name = fileOf(version)
	}

	if err := checkFile(root, name, current); err != nil {
		return err
	}

	changes, announcement, err := changesIn(root, current, version)
	if err != nil {
		return err
	}

	if err := announcement.checkAnnounced(changes); err != nil {
		return err
	}

	_, err = io.WriteString(out, notes(changes))

	return err
}

// fileOf returns the name of the file with the schema of a release.
func fileOf(version string) string { return "schema/" + version + ".json" }

// checkFile returns an error if a file does not contain a schema.
func checkFile(root fs.FS, name string, want schema) error {
	wanted, err := want.encode()
	if err != nil {
		return err
	}

	if content, err := fs.ReadFile(root, name); err != nil || !bytes.Equal(content, wanted) {
		return errors.Join(fmt.Errorf("%s is not the schema of the provider: run make generate and commit the result; before a release, copy %s to it", name, currentFile), err)
	}

	return nil
}

// changesIn returns the changes of the schema since the release before a version, and the section of the changelog that
// announces them.
func changesIn(root fs.FS, current schema, version string) ([]change, section, error) {
	changelog, err := fs.ReadFile(root, "CHANGELOG.md")
	if err != nil {
		return nil, section{}, err
	}

	sections := changelogSections(string(changelog))

	for i, section := range sections {
		if section.version != version {
			continue
		}

		previous := baselineFile
		if i+1 < len(sections) {
			previous = fileOf(sections[i+1].version)
		}

		before, err := readFile(root, previous)
		if err != nil {
			return nil, section, err
		}

		return compare(before, current), section, nil
	}

	return nil, section{}, fmt.Errorf("CHANGELOG.md has no section %q", "## "+version)
}
