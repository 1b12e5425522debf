package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
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

// fail ends the list with an error.
func (r *listResults) fail(push func(list.ListResult) bool, attempt string, err error) {
	var diags diag.Diagnostics

	addAPIError(&diags, attempt, err)
	push(list.ListResult{Diagnostics: diags})
}
