package live

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
)

// Verdict is the result of checking an assumption.
type Verdict string

// The verdicts. Only Unhandled requires a change of the provider.
const (
	AsAssumed Verdict = "as assumed"
	Handled   Verdict = "differs, handled"
	Unhandled Verdict = "differs, NOT HANDLED"
	NotSeen   Verdict = "not seen"
)

// Line is one inferred fact. It contains statuses, keys and types, and no other values.
type Line struct {
	Fact, Assumed string

	// Seen describes what was observed, or why nothing was.
	Seen string

	Verdict Verdict
}

// Report lists the facts about a tenant.
type Report struct {
	// Version and APIVersion are those of the tenant, "" if unknown.
	Version, APIVersion string

	Lines []Line
}

// With returns the lines with a verdict.
func (r Report) With(verdict Verdict) []Line {
	var lines []Line

	for _, line := range r.Lines {
		if line.Verdict == verdict {
			lines = append(lines, line)
		}
	}

	return lines
}

// Write writes the report to a file that only its owner can read.
func (r Report) Write(file string) error { return os.WriteFile(file, []byte(r.String()), 0o600) }

// String formats the report as a table, differences first. The assumed value is added where it differs from the
// observed one.
func (r Report) String() string {
	var text strings.Builder

	orUnknown := func(version string) string {
		if version == "" {
			return "of unknown version"
		}

		return version
	}

	fmt.Fprintf(&text, "IriusRisk %s, API %s\n", orUnknown(r.Version), orUnknown(r.APIVersion))
	fmt.Fprintf(&text, "%d inferred facts: %d as assumed, %d differ and are handled, %d differ and are NOT HANDLED, %d not seen\n\n",
		len(r.Lines), len(r.With(AsAssumed)), len(r.With(Handled)), len(r.With(Unhandled)), len(r.With(NotSeen)))

	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	row := func(cells ...any) { _, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", cells...) }

	row("VERDICT", "FACT", "SEEN (ASSUMED)")

	for _, verdict := range []Verdict{Unhandled, Handled, NotSeen, AsAssumed} {
		for _, line := range r.With(verdict) {
			seen := line.Seen
			if seen != line.Assumed {
				seen += " (" + line.Assumed + ")"
			}

			row(line.Verdict, line.Fact, seen)
		}
	}

	// Writing to a strings.Builder never fails.
	_ = table.Flush()

	return text.String()
}
