package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// mutant is a patch that breaks a rule.
type mutant struct {
	// name is the name of the file without its extension.
	name string

	// breaks is the rule that the patch breaks.
	breaks string

	// folder is the package of the tests, and tests are those of which at least one must fail.
	folder string
	tests  []string

	// files are the files that the patch changes.
	files []string

	patch []byte
}

// changedFile matches the line of a patch that names a changed file.
var changedFile = regexp.MustCompile(`(?m)^\+\+\+ b/(\S+)$`)

// readMutants reads all patches, sorted by name.
func readMutants(folder fs.FS) ([]mutant, error) {
	names, err := fs.Glob(folder, "*.patch")
	if err != nil {
		return nil, err
	}

	var mutants []mutant

	for _, name := range names {
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}

		parsed, err := parse(strings.TrimSuffix(name, path.Ext(name)), content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}

		mutants = append(mutants, parsed)
	}

	return mutants, nil
}

// parse reads a patch. Its header, which git apply ignores, has the fields Breaks, Package and Tests, one on each line.
func parse(name string, content []byte) (mutant, error) {
	header, _, _ := strings.Cut(string(content), "\ndiff --git ")
	fields := make(map[string]string)

	for line := range strings.Lines(header) {
		key, value, _ := strings.Cut(line, ":")
		fields[key] = strings.TrimSpace(value)
	}

	m := mutant{name: name, breaks: fields["Breaks"], folder: fields["Package"], tests: strings.Fields(fields["Tests"]), patch: content}

	for _, match := range changedFile.FindAllSubmatch(content, -1) {
		m.files = append(m.files, string(match[1]))
	}

	if m.breaks == "" || m.folder == "" || len(m.tests) == 0 || len(m.files) == 0 {
		return m, errors.New("the patch needs a header with Breaks, Package and Tests, and changes of files")
	}

	return m, nil
}

// pattern returns the value of -run that selects the tests.
func pattern(tests []string) string { return "^(" + strings.Join(tests, "|") + ")$" }
