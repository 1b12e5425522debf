package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

// small is the schema of a provider with one resource.
func small() schema {
	return schema{"provider": {}, "resource x": {}, "resource x.a": {Type: "String", Optional: true}}
}

// repository returns the files of a repository with a changelog and schemas.
func repository(t *testing.T, changelog string, schemas map[string]schema) fstest.MapFS {
	t.Helper()

	files := fstest.MapFS{"CHANGELOG.md": {Data: []byte(changelog)}}

	for name, content := range schemas {
		encoded, err := content.encode()
		if err != nil {
			t.Fatal(err)
		}

		files["schema/"+name] = &fstest.MapFile{Data: encoded}
	}

	return files
}

// A breaking change passes only if the section about the unreleased changes announces it by its path.
func TestCheck_announcements(t *testing.T) {
	t.Parallel()

	removed := small()
	delete(removed, "resource x.a")

	added := small()
	added["resource y"] = element{}

	const announcement = "### Breaking changes\n\n- `resource x.a` is removed: use b.\n\n"

	for name, test := range map[string]struct {
		changelog string
		schemas   map[string]schema
		current   schema
		wantError string
	}{
		"nothing changed":        {"## Unreleased\n", map[string]schema{"baseline.json": small()}, small(), ""},
		"announced":              {"## Unreleased\n\n" + announcement, map[string]schema{"baseline.json": small()}, removed, ""},
		"announced, then others": {"## Unreleased\n\n" + announcement + "### Added\n\n- b\n", map[string]schema{"baseline.json": small()}, removed, ""},
		"not announced":          {"## Unreleased\n\n### Fixed\n", map[string]schema{"baseline.json": small()}, removed, "`resource x.a` is removed."},
		"another heading":        {"## Unreleased\n\n### Breaking changes\n\n### Removed\n\n- `resource x.a`\n", map[string]schema{"baseline.json": small()}, removed, "`resource x.a` is removed."},
		"another path":           {"## Unreleased\n\n### Breaking changes\n\n- `resource x.ab` and `data source x.a`\n", map[string]schema{"baseline.json": small()}, removed, "`resource x.a` is removed."},
		"announced long ago":     {"## Unreleased\n\n### Fixed\n\n## 1.0.0 (2026-01-31)\n\n" + announcement, map[string]schema{"1.0.0.json": small()}, removed, "`resource x.a` is removed."},
		"released":               {"## Unreleased\n\n## 1.0.0 (2026-01-31)\n\n" + announcement, map[string]schema{"1.0.0.json": removed, "baseline.json": small()}, removed, ""},
		"addition described":     {"## Unreleased\n\n- y\n", map[string]schema{"baseline.json": small()}, added, ""},
		"addition not described": {"## Unreleased\n\n## 1.0.0 (2026-01-31)\n\n- y\n", map[string]schema{"1.0.0.json": small()}, added, `the section "Unreleased" of CHANGELOG.md is empty`},
		"no file of the release": {"## Unreleased\n\n## 1.0.0 (2026-01-31)\n", map[string]schema{"baseline.json": small()}, small(), "schema/1.0.0.json"},
		"no section":             {"## 1.0.0 (2026-01-31)\n", map[string]schema{"1.0.0.json": small()}, small(), `no section "## Unreleased"`},
		"no changelog":           {"", map[string]schema{"baseline.json": small()}, small(), `no section "## Unreleased"`},
	} {
		test.schemas["current.json"] = test.current

		var out strings.Builder

		err := check(repository(t, test.changelog, test.schemas), test.current, &out)
		if (err == nil) != (test.wantError == "") || err != nil && !strings.Contains(err.Error(), test.wantError) {
			t.Errorf("%s: the error is %v, want %q", name, err, test.wantError)
		}
	}
}

// The check prints what changed, and refuses a file that is not up to date.
func TestCheck_current(t *testing.T) {
	t.Parallel()

	current := small()
	current["resource x.b"] = element{Type: "String", Optional: true}
	current["provider"] = element{Description: "Says more."}

	files := repository(t, "## Unreleased\n\n- b\n", map[string]schema{"baseline.json": small(), "current.json": current})

	var out strings.Builder
	if err := check(files, current, &out); err != nil {
		t.Fatal(err)
	}

	want := "### Schema changes\n\n- `resource x.b` is new.\n" +
		"The schema of 4 blocks and attributes has 0 breaking, 1 additive and 1 documentation changes since the last release.\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}

	if err := check(files, small(), &out); err == nil || !strings.Contains(err.Error(), "schema/current.json is not up to date") {
		t.Errorf("the error is %v", err)
	}
}

// The notes list the changes since the previous release, breaking ones first.
func TestNotes_versions(t *testing.T) {
	t.Parallel()

	second := small()
	second["resource a"] = element{}
	second["resource x.a"] = element{Type: "Number", Optional: true}

	third := small()
	third["resource a"] = element{}

	files := repository(t, "## Unreleased\n\n### Breaking changes\n\n- `resource x.a`\n\n## 2.0.0 (2026-02-28)\n\n### Breaking changes\n\n- `resource x.a`\n\n## 1.0.0 (2026-01-31)\n", map[string]schema{
		"baseline.json": {"provider": {}, "resource x": {}}, "1.0.0.json": small(), "2.0.0.json": second, "current.json": third,
	})

	for _, test := range []struct{ version, want, wantError string }{
		{"1.0.0", "\n### Schema changes\n\n- `resource x.a` is new.\n", ""},
		{"2.0.0", "\n### Schema changes\n\n- **Breaking:** `resource x.a` has the type `Number` instead of `String`.\n- `resource a` is new.\n", ""},
		{"Unreleased", "\n### Schema changes\n\n- **Breaking:** `resource x.a` has the type `String` instead of `Number`.\n", ""},
		{"3.0.0", "", `CHANGELOG.md has no section "## 3.0.0"`},
		{"../../etc/passwd", "", "CHANGELOG.md has no section"},
	} {
		var out strings.Builder

		err := writeNotes(files, test.version, &out)
		if out.String() != test.want || (err == nil) != (test.wantError == "") || err != nil && !strings.Contains(err.Error(), test.wantError) {
			t.Errorf("%s: got %q and the error %v, want %q and %q", test.version, out.String(), err, test.want, test.wantError)
		}
	}
}

// Notes are refused while the section of the version does not announce a breaking change.
func TestNotes_notAnnounced(t *testing.T) {
	t.Parallel()

	removed := small()
	delete(removed, "resource x.a")

	files := repository(t, "## Unreleased\n\n## 1.0.0 (2026-01-31)\n", map[string]schema{"baseline.json": small(), "1.0.0.json": removed})

	var out strings.Builder
	if err := writeNotes(files, "1.0.0", &out); err == nil || !strings.Contains(err.Error(), "`resource x.a` is removed.") || out.Len() > 0 {
		t.Errorf("got %q and the error %v", out.String(), err)
	}
}

// Without changes, or with changes of descriptions only, the notes are empty.
func TestNotes_nothing(t *testing.T) {
	t.Parallel()

	if got := notes([]change{{"resource x", documentation, "has a different description"}}); got != "" {
		t.Errorf("got %q", got)
	}
}

// A command that does not exist is refused.
func TestRun_usage(t *testing.T) {
	t.Parallel()

	for _, arguments := range [][]string{nil, {"notes"}, {"delete"}, {"check", "twice"}} {
		if err := run(t.Context(), arguments, nil); err == nil || !strings.Contains(err.Error(), "usage: schemacheck COMMAND") {
			t.Errorf("%q: the error is %v", arguments, err)
		}
	}
}
