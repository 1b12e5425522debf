package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// addAPIError turns an error of the client into a diagnostic. attempt completes "Unable to …" and names on whom, for
// example `disable user "ada"`.
func addAPIError(diags *diag.Diagnostics, attempt string, err error) {
	diags.AddError("Unable to "+attempt, explain(err))
}

// attemptError is an error of the client together with what was attempted.
type attemptError struct {
	attempt string
	cause   error
}

// Error implements error.
func (e *attemptError) Error() string { return e.attempt + ": " + e.cause.Error() }

// Unwrap returns the client's error.
func (e *attemptError) Unwrap() error { return e.cause }

// addAttemptError is addAPIError for an error that knows what was attempted; nil adds nothing.
func addAttemptError(diags *diag.Diagnostics, err error) {
	if attempted, ok := errors.AsType[*attemptError](err); ok {
		addAPIError(diags, attempted.attempt, attempted.cause)
	}
}

// explain says what the server answered and what to do about it.
func explain(err error) string {
	text := err.Error()
	if !strings.HasSuffix(text, ".") {
		text += "."
	}

	if advice := advise(err); advice != "" {
		text += "\n\n" + advice
	}

	return text
}

// advise says what to do about an error, or "" when its own words say enough.
func advise(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "The run was interrupted."
	case iriusrisk.IsTimeout(err):
		return "The answer took longer than the provider's request_timeout. Check that IriusRisk is well, or raise request_timeout."
	case iriusrisk.IsUntrusted(err):
		return "The certificate of the endpoint could not be verified. If a private certificate authority issued it, name a PEM file with that authority's certificate in the provider's ca_certificate_file. Otherwise check that the endpoint's host name is the one that the certificate is for, and that the certificate has not expired."
	case iriusrisk.IsUnreachable(err):
		return "Check that the provider's endpoint is right and reachable from here, proxies and certificate authorities included."
	case iriusrisk.IsUnauthorized(err):
		return "Check that the provider's api_token is valid, that its user is enabled, and that the API is enabled in the settings of the IriusRisk instance."
	case iriusrisk.IsForbidden(err) && iriusrisk.Permissions(err) != "":
		return "The user that the provider runs as needs the permission " + iriusrisk.Permissions(err) + "."
	case iriusrisk.IsForbidden(err):
		return "The user that the provider runs as lacks a permission for this."
	case iriusrisk.IsWrongAddress(err):
		return "There is no IriusRisk API v2 at this address: check the provider's endpoint."
	case iriusrisk.IsNotFound(err):
		return absence(iriusrisk.NamedObjects(err))
	default:
		return ""
	}
}

// absence says what a 404 may mean to a request that names these things, such as a user and a role.
func absence(things []string) string {
	subject, alternatives := "It", ""

	if len(things) > 0 {
		subject = "The " + strings.Join(things, " or the ")
	}

	if len(things) > 1 {
		alternatives = " Check both: the answer does not say which of them was not found."
	}

	return subject + " does not exist, or it is not visible to the provider's API token: with MANAGE_USERS_BU alone a token sees only users of its own user's business units." + alternatives
}
