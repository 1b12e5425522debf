package iriusrisk

import (
	"strings"
	"testing"
)

// An invalid configuration is an error that does not contain the token.
func TestNew_invalidConfiguration(t *testing.T) {
	t.Parallel()

	good, err := ParseEndpoint("https://acme.iriusrisk.com")
	if err != nil {
		t.Fatal(err)
	}

	for name, config := range map[string]Config{
		"no endpoint":      {APIToken: "hush"},
		"no token":         {Endpoint: good},
		"token with space": {Endpoint: good, APIToken: "hush hush"},
		"token with break": {Endpoint: good, APIToken: "hush\n"},
		"retries":          {Endpoint: good, APIToken: "hush", MaxRetries: -1},
		"timeout":          {Endpoint: good, APIToken: "hush", RequestTimeout: -1},
		"certificates":     {Endpoint: good, APIToken: "hush", CACertificates: []byte("hush")},
	} {
		if _, err := New(config); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
