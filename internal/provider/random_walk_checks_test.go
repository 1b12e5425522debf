package provider

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// isEmpty reports whether the plan is empty.
func (w *walk) isEmpty() bool {
	err := w.run("plan", "-detailed-exitcode")

	exit, failed := errors.AsType[*exec.ExitError](err)
	if failed && exit.ExitCode() != 2 {
		w.fail("the plan after an apply failed: %v", err)
	}

	return err == nil
}

// check expects an empty plan and the server as the model has it.
func (w *walk) check(model *walkModel) {
	if !w.isEmpty() {
		w.fail("the plan after an apply is not empty")
	}

	if warns := strings.Contains(w.output, "Conflicting resources manage the members of a business unit"); warns != w.config.conflictingMembers() {
		w.fail("the plan warns of conflicting blocks about members: %t", warns)
	}

	if differences := append(model.differences(w.snapshot()), w.objectDifferences()...); len(differences) > 0 {
		w.fail("the server is not as declared:\n%s", strings.Join(differences, "\n"))
	}
}

func (w *walk) checkHarm(model *walkModel) {
	if harm := model.harm(w.snapshot(), w.output); len(harm) > 0 {
		w.fail("users were touched who were not to be:\n%s", strings.Join(harm, "\n"))
	}
}

func (w *walk) expectUnchanged(before map[string]simulator.User) {
	if differences := unchanged(before).differences(w.snapshot()); len(differences) > 0 {
		w.fail("a plan that was refused, or only made, has changed the server:\n%s", strings.Join(differences, "\n"))
	}
}

// writeConfig determines what depends on other blocks and on the server, and writes the configuration.
func (w *walk) writeConfig() {
	w.settle()
	w.writeHCL()
}

func (w *walk) writeHCL() {
	if err := os.WriteFile(filepath.Join(w.workspace.Dir(), "main.tf"), []byte(w.config.hcl()), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// unwelcome are words that must not appear in any output.
var unwelcome = regexp.MustCompile(`(?i)\b(inconsistent|bug|panic|crash(ed)?)\b|Another request is changing the same user`)

// run runs a command of the CLI and checks what it prints.
func (w *walk) run(command string, arguments ...string) error {
	arguments = append([]string{command, "-input=false", "-no-color", fmt.Sprintf("-parallelism=%d", pick(w, 1, 10))}, arguments...)
	w.note("run: %s", strings.Join(arguments, " "))

	cmd := w.workspace.Command(w.t.Context(), arguments...)
	cmd.Env = slices.Concat(cmd.Env, w.config.limit.environment())
	output, err := cmd.CombinedOutput()
	w.output = string(output)
	w.keepTokens()

	if word := unwelcome.FindString(w.output); word != "" {
		w.fail("the output says %q", word)
	}

	if strings.Contains(w.output, walkPassword) {
		w.fail("the output shows a password")
	}

	w.mu.Lock()
	defer w.mu.Unlock()

	for token := range w.tokens {
		if strings.Contains(w.output, token) {
			w.fail("the output shows an API token")
		}
	}

	return err
}

// fail ends the walk and prints how to repeat it.
func (w *walk) fail(format string, values ...any) {
	w.t.Helper()

	w.t.Fatalf("step %d of the walk with the seed %d: %s\n\nTo repeat it: make walk FLAGS=\"-seed %d -steps %d\"\n\nMoves of this step:\n%s\n\nConfiguration:\n%s\n\nOutput of the last command:\n%s",
		w.step, w.seed, fmt.Sprintf(format, values...), w.seed, w.step, strings.Join(w.moves, "\n"), w.config.hcl(), w.output)
}
