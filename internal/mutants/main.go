// Command mutants shows whether the tests notice faults. Each patch in testdata is a mutant: it breaks one rule of the
// provider, and names the tests that must fail then. The command applies each patch to copies of the files that it changes,
// and builds the tests with these copies (go test -overlay), so that it never changes the working tree.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"
)

const patches = "internal/mutants/testdata"

func main() {
	// The default behavior of a signal would leave the copies behind.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)

	stop()

	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run runs the mutants in the repository in the working directory.
func run(ctx context.Context, arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	pattern := flags.String("run", "", "run only the mutants whose names match this regular expression")

	if err := flags.Parse(arguments); err != nil {
		return err
	}

	selected, err := regexp.Compile(*pattern)
	if err != nil {
		return err
	}

	all, err := readMutants(os.DirFS(patches))
	if err != nil {
		return err
	}

	var mutants []mutant

	for _, m := range all {
		if selected.MatchString(m.name) {
			mutants = append(mutants, m)
		}
	}

	if len(mutants) == 0 {
		return errors.New("no mutant matches")
	}

	began := time.Now()

	if err := testUnchanged(ctx, mutants); err != nil {
		return err
	}

	counts := make(map[outcome]int)

	for _, m := range mutants {
		result := m.test(ctx, ".")
		if err := context.Cause(ctx); err != nil {
			return err
		}

		counts[result.outcome]++
		_, _ = fmt.Fprintf(out, "%-16s %s: %s\n", result.outcome, m.name, result.detail)
	}

	_, _ = fmt.Fprintf(out, "%d of %d mutants killed in %s\n", counts[killed], len(mutants), time.Since(began).Round(time.Second))

	if counts[killed] < len(mutants) {
		return fmt.Errorf("%d survived, %d do not apply, %d do not compile: add a test, or renew the patch with git diff",
			counts[survived], counts[doesNotApply], counts[doesNotCompile])
	}

	return nil
}
