package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// listResults sends the results of a list resource up to the limit of the request. Its methods report whether Terraform
// wants more.
type listResults struct {
	request list.ListRequest
	push    func(list.ListResult) bool
	sent    int64
}

func (r *listResults) send(result list.ListResult) (more bool) {
	r.sent++

	// Terraform prints the name as it is.
	result.DisplayName = iriusrisk.Visible(result.DisplayName)

	return r.push(result) && (r.request.Limit <= 0 || r.sent < r.request.Limit)
}

// skip sends a warning in place of a user. It does not count towards the limit.
func (r *listResults) skip(username, reason string) (more bool) {
	var diags diag.Diagnostics

	addLeftOut(&diags, username, reason)

	return r.push(list.ListResult{Diagnostics: diags})
}

// skipUnaddressable skips a user whose username cannot be used in a request.
func (r *listResults) skipUnaddressable(username string) (skipped, more bool) {
	err := iriusrisk.ValidateUsername(username)
	if err == nil {
		return false, true
	}

	return true, r.skip(username, fmt.Sprintf("The username %q cannot be used: %s.", username, err))
}

// fail ends the list with an attemptError.
func (r *listResults) fail(err error) {
	var diags diag.Diagnostics

	addAttemptError(&diags, err)
	r.push(list.ListResult{Diagnostics: diags})
}
