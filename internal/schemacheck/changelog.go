package main

import (
	"fmt"
	"strings"
)

// breakingHeading is the heading under which the changelog announces breaking changes.
const breakingHeading = "### Breaking changes"

// unreleased is the section of the changelog about the changes since the last release.
const unreleased = "Unreleased"

// section is a section of the changelog about a version.
type section struct{ version, text string }

// changelogSections returns the sections of a changelog, which lists the newest version first.
func changelogSections(changelog string) []section {
	var sections []section

	for line := range strings.Lines(changelog) {
		if heading, found := strings.CutPrefix(line, "## "); found {
			version, _, _ := strings.Cut(strings.TrimSpace(heading), " ")
			sections = append(sections, section{version: version})
		} else if len(sections) > 0 {
			sections[len(sections)-1].text += line
		}
	}

	return sections
}

// checkAnnounced returns an error that lists the breaking changes that the section does not announce.
func (s section) checkAnnounced(changes []change) error {
	_, announced, _ := strings.Cut(s.text, breakingHeading+"\n")
	announced, _, _ = strings.Cut(announced, "\n### ")

	var missing []string

	for _, change := range changes {
		if change.class == breaking && !strings.Contains(announced, "`"+change.path+"`") {
			missing = append(missing, fmt.Sprintf("`%s` %s.", change.path, change.text))
		}
	}

	if len(missing) == 0 {
		return nil
	}

	return fmt.Errorf("the section %q of CHANGELOG.md does not announce these breaking changes. Name each of them, as written here, under %q:\n%s",
		s.version, breakingHeading, strings.Join(missing, "\n"))
}

// notes returns the changes as a part of the release notes. It is empty if nothing but descriptions has changed.
func notes(changes []change) string {
	var lines strings.Builder

	for _, wanted := range []class{breaking, additive} {
		for _, change := range changes {
			switch {
			case change.class != wanted:
			case wanted == breaking:
				fmt.Fprintf(&lines, "- **Breaking:** `%s` %s.\n", change.path, change.text)
			default:
				fmt.Fprintf(&lines, "- `%s` %s.\n", change.path, change.text)
			}
		}
	}

	if lines.Len() == 0 {
		return ""
	}

	return "### Schema changes\n\n" + lines.String()
}
