package main

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"
)

// A file is read as it was written, with one line for each element.
func TestReadFile_readsWhatIsWritten(t *testing.T) {
	t.Parallel()

	written := small()
	written["resource x.a"] = element{Type: "Map[String]", Required: true, Default: `"<a>"`, Description: "Says\n\"<a>\"."}

	content, err := written.encode()
	if err != nil {
		t.Fatal(err)
	}

	if line := `    "resource x.a": {"type":"Map[String]","required":true,"default":"\"<a>\"","description":"Says\n\"<a>\"."}`; !strings.Contains(string(content), line+"\n") {
		t.Errorf("%s\ndoes not contain the line\n%s", content, line)
	}

	read, err := readFile(fstest.MapFS{"x.json": {Data: content}}, "x.json")
	if err != nil || !maps.Equal(read, written) {
		t.Errorf("got %v and the error %v, want %v", read, err, written)
	}
}

// A file that does not have every block is an error: compared with it, nothing would be removed.
func TestReadFile_refusesIncompleteFiles(t *testing.T) {
	t.Parallel()

	encoded, err := small().encode()
	if err != nil {
		t.Fatal(err)
	}

	whole := string(encoded)

	for name, content := range map[string]string{
		"empty":                  "",
		"no blocks":              "{}",
		"null":                   "null",
		"cut off":                whole[:len(whole)-10],
		"twice":                  whole + whole,
		"unknown property":       strings.Replace(whole, `"optional"`, `"facultative"`, 1),
		"no provider":            strings.Replace(whole, `    "provider": {"description":""},`+"\n", "", 1),
		"a resource too few":     strings.Replace(whole, `"resource":1`, `"resource":2`, 1),
		"a kind too few":         strings.Replace(whole, `"list resource":0,`, "", 1),
		"an unknown kind":        strings.Replace(whole, `"resource x"`, `"thing x"`, 1),
		"attribute of no block":  strings.Replace(whole, `"resource x.a"`, `"resource y.a"`, 1),
		"attribute of no object": strings.Replace(whole, `"resource x.a"`, `"resource x.a.b"`, 1),
	} {
		if content == whole {
			t.Fatalf("%s: the file is whole", name)
		}

		if read, err := readFile(fstest.MapFS{"x.json": {Data: []byte(content)}}, "x.json"); err == nil {
			t.Errorf("%s: got %v", name, read)
		}
	}

	if _, err := readFile(fstest.MapFS{}, "x.json"); err == nil {
		t.Error("a missing file is no error")
	}
}
