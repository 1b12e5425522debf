package iriusrisk

import (
	"fmt"
	"strings"
	"testing"
)

// A DELETE names its permissions in the query, which has to stay short enough for proxies.
func TestUnassignRolePermissions_sendsManyIDsInSeveralRequests(t *testing.T) {
	t.Parallel()

	server := serve(t, answers(204, ""))
	ids := make([]string, 120)

	for i := range ids {
		ids[i] = fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
	}

	if err := connect(t, server.URL, nil).UnassignRolePermissions(t.Context(), GlobalPermissions, roleID, ids); err != nil {
		t.Fatal(err)
	}

	requests, sent := server.all(), 0

	for _, request := range requests {
		sent += strings.Count(request.query, "permission=")

		if len(request.query) > 4096 {
			t.Errorf("a query has %d bytes", len(request.query))
		}
	}

	if len(requests) != 3 || sent != len(ids) {
		t.Errorf("got %d requests with %d ids, want 3 with %d", len(requests), sent, len(ids))
	}
}
