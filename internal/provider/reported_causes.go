package provider

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// reportedCauses records which causes of failed reads a run has explained. A token that is not valid or an endpoint that
// cannot be reached fails every read for one reason, which is explained once.
type reportedCauses struct {
	mu        sync.Mutex
	explained map[string]struct{}
}

func newReportedCauses() *reportedCauses {
	return &reportedCauses{explained: make(map[string]struct{})}
}

// first reports whether a cause has not been explained yet, and records that it has now.
func (c *reportedCauses) first(cause string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()

	_, explained := c.explained[cause]
	c.explained[cause] = struct{}{}

	return !explained
}

// addReadError is addAPIError for reads of data sources. A cause that concerns every request is explained in the first
// error; later errors name the cause and refer to that one.
func (s *providerData) addReadError(diags *diag.Diagnostics, attempt string, err error) {
	cause := commonCause(err)
	if cause == "" || s.causes.first(cause) {
		addAPIError(diags, attempt, err)

		return
	}

	addFailure(diags, attempt, fmt.Sprintf("The reason is the same as in another error of this run, which explains it: %s.", cause))
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
