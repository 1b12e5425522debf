package main

import (
	"os"
	"testing"
)

func TestLogEnabled(t *testing.T) {
	t.Parallel()

	for variable, want := range map[string]bool{
		"TF_LOG=INFO":               true,
		"TF_LOG_PROVIDER=TRACE":     true,
		"TF_LOG_SDK_PROTO=TRACE":    true,
		"TF_LOG=":                   false,
		"TF_LOG=off":                false,
		"TF_LOG_PATH=terraform.log": false,
		"TF_LOGIN=x":                false,
		"PATH=/bin":                 false,
	} {
		if got := logEnabled([]string{"HOME=/", variable}); got != want {
			t.Errorf("%s: %t, want %t", variable, got, want)
		}
	}
}

//nolint:paralleltest // It sets environment variables.
func TestDisableLog(t *testing.T) {
	names := []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_IRIUSRISK"}
	for _, name := range names {
		t.Setenv(name, "")
	}

	disableLog()

	for _, name := range names {
		if os.Getenv(name) != "off" {
			t.Errorf("%s is %q, want off", name, os.Getenv(name))
		}
	}
}
