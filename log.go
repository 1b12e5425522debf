package main

import (
	"os"
	"strings"
)

// logIsRead tells whether Terraform, whose environment the provider inherits, shows what the provider logs: it does when
// one of its variables for that is set, such as TF_LOG or TF_LOG_PROVIDER. TF_LOG_PATH alone only names a file.
func logIsRead(environment []string) bool {
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		if (name == "TF_LOG" || strings.HasPrefix(name, "TF_LOG_")) && name != "TF_LOG_PATH" && value != "" && !strings.EqualFold(value, "off") {
			return true
		}
	}

	return false
}

// silenceLog has terraform-plugin-go write no log. By default it writes all of it, down to a line for each attribute of
// each object, which Terraform reads and drops; bench/README.md says what that costs. Panics are shown all the same.
func silenceLog() {
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_IRIUSRISK"} {
		// A name without "=" and a value without a zero byte are always accepted.
		_ = os.Setenv(name, "off")
	}
}
