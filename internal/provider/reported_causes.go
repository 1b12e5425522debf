package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// addReadError is addAPIError for reads of data sources. A cause that concerns every request is explained in the first
// error; later errors name the cause and refer to that one.
func (s *providerData) addReadError(diags *diag.Diagnostics, attempt string, err error) {
	cause := commonCause(err)
	if cause == "" || s.causes.add(cause) {
		addAPIError(diags, attempt, err)

		return
	}

	addFailure(diags, attempt, fmt.Sprintf("The reason is the same as in another error of this run, which explains it: %s.", cause))
}

// addAttemptReadError is addReadError for an *attemptError. A nil error adds nothing.
func (s *providerData) addAttemptReadError(diags *diag.Diagnostics, err error) {
	if attempted, ok := errors.AsType[*attemptError](err); ok {
		s.addReadError(diags, attempted.attempt, attempted.cause)
	}
}

// commonCause names the cause of an error if it concerns every request, and is "" otherwise.
func commonCause(err error) string {
	switch transport, unanswered := errors.AsType[*iriusrisk.TransportError](err); {
	case iriusrisk.IsUnauthorized(err):
		return "IriusRisk returned 401 Unauthorized"
	case iriusrisk.IsWrongAddress(err):
		return "there is no IriusRisk API v2 at the provider's endpoint"
	case unanswered && !iriusrisk.IsTimeout(err):
		return strings.TrimSuffix(transport.Err.Error(), ".")
	default:
		return ""
	}
}
