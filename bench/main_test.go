package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A minimal run writes each row of the report and the plots.
func TestRun(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte("Kept.\n"+mark+"\nreplaced\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	var out bytes.Buffer

	// The make target sets the path of the CLI.
	err := run(t.Context(), []string{"-cli", os.Getenv("TF_ACC_TERRAFORM_PATH"), "-users", "2", "-tenants", "30", "-latencies", "0,1ms", "-out", folder}, &out)
	if err != nil {
		t.Fatal(err)
	}

	report, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}

	for _, want := range []string{
		"Kept.\n", "| 2 | additive | 12 | apply | 0s |", "| 2 | exclusive | 6 | empty plan | 1ms |", "| 2 | inline | 2 | import | 0s |", "| 2 | inline | 2 | plan with drift | 0s |",
		"| 30 | 1 |",
		"| 2 | additive | apply | 0s |", "| add_user_business_unit 4, add_user_role 6, create_user 2, ",
	} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report does not contain %q:\n%s", want, report)
		}
	}

	if strings.Contains(string(report), "replaced") || strings.Count(out.String(), "times the floor") != 16 {
		t.Errorf("%s\n%s", report, out.String())
	}

	for _, plot := range []string{"apply.svg", "empty-plan.svg"} {
		if _, err := os.Stat(filepath.Join(folder, plot)); err != nil {
			t.Error(err)
		}
	}
}
