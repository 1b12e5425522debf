package main

import (
	"os"
	"strings"
)

// logEnabled reports whether Terraform shows provider logs, judging by the variables that the provider inherits from it,
// such as TF_LOG or TF_LOG_PROVIDER. TF_LOG_PATH alone does not enable logging.
func logEnabled(environment []string) bool {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if (name == "TF_LOG" || strings.HasPrefix(name, "TF_LOG_")) && name != "TF_LOG_PATH" && value != "" && !strings.EqualFold(value, "off") {
			return true
		}
	}

	return false
}

// disableLog disables the logs of terraform-plugin-go and of the provider. By default they are always written, including a
// line for each attribute of each object, and Terraform discards them; bench/README.md describes the cost. Panics are still
// shown.
func disableLog() {
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_IRIUSRISK"} {
		// Setenv only fails for invalid names and values.
		_ = os.Setenv(name, "off")
	}
}
