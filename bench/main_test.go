package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSettings_read(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		users, tenants, latencies, applies, styles string
		best                                       int
		fails                                      string
	}{
		"as by default":    {"300", "5000,50000", "0,25ms,100ms", "0", "additive,exclusive,inline", 1, ""},
		"no users":         {"", "5000", "0", "0", "inline", 1, ""},
		"no tenants":       {"100,300", "", "0", "0", "inline", 1, ""},
		"users":            {"many", "", "0", "0", "inline", 1, `-users: "many"`},
		"tenants":          {"1", "0", "0", "0", "inline", 1, `-tenants: "0"`},
		"latencies":        {"1", "", "25", "0", "inline", 1, `-latencies: "25"`},
		"negative applies": {"1", "", "0", "-1s", "inline", 1, `-applies: "-1s"`},
		"styles":           {"1", "", "0", "0", "baroque", 1, `-styles: there is no style "baroque"`},
		"best":             {"1", "", "0", "0", "inline", 0, "-best"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			chosen := settings{best: test.best}
			err := chosen.read(test.users, test.tenants, test.latencies, test.applies, test.styles)

			if (err == nil) != (test.fails == "") || (err != nil && !strings.Contains(err.Error(), test.fails)) {
				t.Errorf("%v, want %q", err, test.fails)
			}
		})
	}
}

func TestRuns_note(t *testing.T) {
	t.Parallel()

	var r runs

	r.note(usage{wall: 2 * time.Second, providerMemory: 1}, map[string]int{"get_user": 3})
	r.note(usage{wall: time.Second, providerMemory: 2}, map[string]int{"get_user": 2})
	r.note(usage{wall: 3 * time.Second, cliMemory: 3}, map[string]int{"get_user": 1})

	if r.wall != time.Second || r.providerMemory != 2 || r.cliMemory != 3 || r.requests["get_user"] != 3 {
		t.Errorf("the fastest run with the most memory and requests is %+v", r)
	}
}

// The whole of it, as small as it gets: what is written names each row and has its plots.
func TestRun(t *testing.T) {
	t.Parallel()

	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte("Kept.\n"+mark+"\nreplaced\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	var out bytes.Buffer

	// The environment of make names the CLI.
	err := run(t.Context(), []string{"-cli", os.Getenv("TF_ACC_TERRAFORM_PATH"), "-users", "2", "-tenants", "30", "-latencies", "0,1ms", "-out", folder}, &out)
	if err != nil {
		t.Fatal(err)
	}

	report, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}

	for _, want := range []string{
		"Kept.\n", "| 2 | additive | 12 | apply | 0s |", "| 2 | exclusive | 6 | empty plan | 1ms |", "| 2 | inline | 2 | plan with a drift | 0s |", "| 30 | 1 |",
		"| 2 | additive | apply | 0s | 14 | 12 | 7.00 | add_user_business_unit 4, add_user_role 6, create_user 2, get_user 2 |",
	} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}

	if strings.Contains(string(report), "replaced") || strings.Count(out.String(), "times the floor") != 15 {
		t.Errorf("%s\n%s", report, out.String())
	}

	for _, plot := range []string{"apply.svg", "empty-plan.svg"} {
		if _, err := os.Stat(filepath.Join(folder, plot)); err != nil {
			t.Error(err)
		}
	}
}
