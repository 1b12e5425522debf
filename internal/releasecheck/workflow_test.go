package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// workflowStep returns the script of a named step of the release workflow.
func workflowStep(t *testing.T, workflow, name string) string {
	t.Helper()

	_, rest, found := strings.Cut(workflow, "      - name: "+name+"\n")
	_, rest, hasScript := strings.Cut(rest, "        run: |\n")

	if !found || !hasScript {
		t.Fatalf("the workflow has no step %q with a script", name)
	}

	var script strings.Builder

	for line := range strings.Lines(rest) {
		if !strings.HasPrefix(line, "          ") {
			break
		}

		script.WriteString(strings.TrimPrefix(line, "          "))
	}

	return script.String()
}

func readWorkflow(t *testing.T) string {
	t.Helper()

	content, err := os.ReadFile(filepath.Join("..", "..", ".github", "workflows", "release.yml"))
	if err != nil {
		t.Fatal(err)
	}

	return string(content)
}

// The first step of a release accepts only versions and does not run text of a tag.
func TestReleaseWorkflow_tags(t *testing.T) {
	t.Parallel()

	script := workflowStep(t, readWorkflow(t), "Refuse a tag that is not a version")

	for tag, accepted := range map[string]bool{
		"v0.1.0": true, "v1.22.333": true, "v1.0.0-rc.1": true, "v1.0.0-beta-2": true,
		"v1.0": false, "1.0.0": false, "v1.0.0.0": false, "v01.0.0": false, "v1.0.0-": false, "v1.0.0-rc..1": false, "v1.0.0+build": false, "vnext": false, "": false,
		"v0.1.0;{touch,PWNED};#": false, "v0.1.0-$(touch${IFS}PWNED)": false, "v0.1.0-`touch${IFS}PWNED`": false, "v0.1.0\ntouch PWNED": false, "v0.1.0' || touch PWNED; '": false,
	} {
		command := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script)
		command.Dir = t.TempDir()
		command.Env = append(os.Environ(), "TAG="+tag)

		if output, err := command.CombinedOutput(); (err == nil) != accepted {
			t.Errorf("%q: %v: %s", tag, err, output)
		}

		if left, err := os.ReadDir(command.Dir); err != nil || len(left) > 0 {
			t.Errorf("%q left %v, %v", tag, left, err)
		}
	}
}

// No script of the workflow contains an expression, which would insert the text of a tag into a command.
func TestReleaseWorkflow_noExpressionInScripts(t *testing.T) {
	t.Parallel()

	scripts, column := 0, -1

	for line := range strings.Lines(readWorkflow(t)) {
		key := strings.Index(line, "run:")
		starts := key >= 0 && strings.Trim(line[:key], " -") == ""

		switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
		case starts:
			scripts, column = scripts+1, key
		case indent <= column:
			column = -1
		}

		if column >= 0 && strings.Contains(line, "${{") {
			t.Errorf("a script contains an expression: %s", line)
		}
	}

	if scripts == 0 {
		t.Error("the workflow has no scripts")
	}
}
