package main

import (
	"strings"
	"testing"
)

func TestSettings_read(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		users, tenants, latencies, applies, styles string
		best                                       int
		fails                                      string
	}{
		"defaults":         {"300", "5000,50000", "0,25ms,100ms", "0", "additive,exclusive,inline", 1, ""},
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
