package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// endpointValidator accepts what iriusrisk.ParseEndpoint accepts. Its error has no attribute path, because an endpoint that
// is refused may hold a password or a token, and Terraform prints the line that a path leads to.
type endpointValidator struct{}

func (endpointValidator) Description(context.Context) string {
	return "value must be an address such as https://acme.iriusrisk.com"
}

func (v endpointValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (endpointValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if _, err := iriusrisk.ParseEndpoint(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddError("Invalid IriusRisk endpoint", fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}

// apiTokenProblem says what keeps a value from being an API token, or "" when nothing does.
func apiTokenProblem(token string) string {
	if token == "" {
		return "is empty"
	}

	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "holds a space, a line break or another character that no API token has; often it was read from a file with its last line break"
	}

	return ""
}

// durationValidator accepts positive durations in Go's notation.
type durationValidator struct{}

func (durationValidator) Description(context.Context) string {
	return "value must be a positive duration such as 45s or 2m"
}

func (v durationValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (durationValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}

	if _, err := parseTimeout(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid duration", fmt.Sprintf("The argument %s cannot be used: %s.", req.Path, err))
	}
}

// parseTimeout reads a positive duration.
func parseTimeout(value string) (time.Duration, error) {
	timeout, err := time.ParseDuration(value)
	if err != nil || timeout <= 0 {
		return 0, fmt.Errorf("%q is not a positive duration such as 45s or 2m", value)
	}

	return timeout, nil
}
