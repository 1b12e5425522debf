package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// listResults pushes the results of a list up to its limit.
type listResults struct {
	request list.ListRequest
	diags   diag.Diagnostics
	pushed  int64
}

// push pushes a result, and reports whether more are wanted.
func (r *listResults) push(push func(list.ListResult) bool, result list.ListResult) bool {
	r.pushed++

	return push(result) && (r.request.Limit <= 0 || r.pushed < r.request.Limit)
}

// addressable reports whether a user of the list can be managed, and pushes a warning when not. more tells whether more
// results are wanted.
func (r *listResults) addressable(push func(list.ListResult) bool, username string) (addressable, more bool) {
	err := iriusrisk.ValidateUsername(username)
	if err == nil {
		return true, true
	}

	return false, r.leaveOut(push, username, fmt.Sprintf("The username %q cannot be used: %s.", username, err))
}

// leaveOut pushes a warning in place of a user, and reports whether more results are wanted.
func (r *listResults) leaveOut(push func(list.ListResult) bool, username, reason string) (more bool) {
	var diags diag.Diagnostics

	diags.AddWarning(fmt.Sprintf("User %q is left out", username), reason)

	return push(list.ListResult{Diagnostics: diags})
}

// fail ends the list with an error.
func (r *listResults) fail(push func(list.ListResult) bool, attempt string, err error) {
	var diags diag.Diagnostics

	addAPIError(&diags, attempt, err)
	push(list.ListResult{Diagnostics: diags})
}
