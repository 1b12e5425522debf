package provider

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// addAPIError turns an error of the client into a diagnostic. attempt completes "Unable to …" and names the object, for
// example `disable user "ada"`.
func addAPIError(diags *diag.Diagnostics, attempt string, err error) {
	addFailure(diags, attempt, explain(err))
}

// addFailure adds an error about what was attempted.
func addFailure(diags *diag.Diagnostics, attempt, detail string) {
	diags.AddError("Unable to "+attempt, detail)
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

// attempted returns the *attemptError of a failed attempt, or nil if the cause is nil.
func attempted(attempt string, cause error) error {
	if cause == nil {
		return nil
	}

	return &attemptError{attempt: attempt, cause: cause}
}

// addAttemptError is addAPIError for an *attemptError. A nil error adds nothing.
func addAttemptError(diags *diag.Diagnostics, err error) {
	if attempted, ok := errors.AsType[*attemptError](err); ok {
		addAPIError(diags, attempted.attempt, attempted.cause)
	}
}

// explain returns the text of an error, followed by advice on what to do.
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

// advise returns what to do about an error, or "" if the text of the error suffices.
func advise(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "The run was interrupted."
	case iriusrisk.IsReadOnly(err):
		return readOnlyAdvice
	case iriusrisk.IsTimeout(err):
		return "The response took longer than the provider's request_timeout. Check the health of the IriusRisk instance, or increase request_timeout."
	case iriusrisk.IsUntrusted(err):
		return "The certificate of the endpoint could not be verified. If a private certificate authority issued it, set the provider's ca_certificate_file to a PEM file with the certificate of that authority. Otherwise check that the certificate matches the host name of the endpoint and has not expired."
	case iriusrisk.IsUnreachable(err):
		return "Check that the provider's endpoint is correct and reachable from this machine, including any proxies and certificate authorities."
	case iriusrisk.IsUnauthorized(err):
		return "Check that the provider's api_token is valid, that its user is enabled, and that the API is enabled in the settings of the IriusRisk instance."
	case iriusrisk.IsForbidden(err) && iriusrisk.Permissions(err) != "":
		return "The user that the provider runs as needs the permission " + iriusrisk.Permissions(err) + "."
	case iriusrisk.IsForbidden(err):
		return "The user that the provider runs as lacks a permission for this request."
	case iriusrisk.IsWrongAddress(err):
		return "There is no IriusRisk API v2 at this URL. Check the provider's endpoint."
	case iriusrisk.IsNotFound(err):
		return adviseOnAbsence(iriusrisk.NamedObjects(err))
	default:
		return ""
	}
}

// readOnlyAdvice says how to permit writes.
const readOnlyAdvice = "The provider refuses every request that could change IriusRisk, because its argument read_only or the environment variable IRIUSRISK_READ_ONLY is true. To make changes, run Terraform without this setting and with an API token that has the permission."

// adviseOnAbsence explains a 404 to a request that names these objects, such as a user and a role.
func adviseOnAbsence(objects []string) string {
	advice := "The object does not exist."
	if len(objects) > 0 {
		advice = "The " + strings.Join(objects, " or the ") + " does not exist."
	}

	// Only users and business units can be hidden from a caller.
	switch {
	case len(objects) == 0 || slices.Contains(objects, "user"):
		advice = strings.TrimSuffix(advice, ".") + ", or is not visible to the provider's API token. " + onlyOwnUsers
	case slices.Contains(objects, "business unit"):
		advice += " " + onlyOwnUnits
	}

	if len(objects) > 1 {
		advice += " Check each of them: the response does not say which one was not found."
	}

	return advice
}

// onlyOwnUsers and onlyOwnUnits explain why a caller may not see a user or a business unit.
const (
	onlyOwnUsers = "With MANAGE_USERS_BU alone, a token sees only the users of its own user's business units."
	onlyOwnUnits = "With MANAGE_USERS_BU alone, a token sees only the business units of its own user."
)
