package directory

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// Callers that ask for the roles of the same user share a request, so they leave slots for reads ahead.
func TestRoleReader_callersThatShareARequestLeaveSlots(t *testing.T) {
	t.Parallel()

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: &url.URL{Scheme: "https", Host: "example.com"}, APIToken: "t"})
	if err != nil {
		t.Fatal(err)
	}

	most := client.MaxConcurrentRequests()

	// A cancelled caller sends no request.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	for _, test := range []struct{ callers, users int }{{9, 3}, {most, most}, {2 * most, most - 1}} {
		r := newRoleReader(client, newWriteLog(), nil)
		r.answered = 100

		for caller := range test.callers {
			r.enter(ctx, fmt.Sprintf("user%d", caller%test.users))
		}

		ahead := 0
		for r.mayReadAhead() {
			ahead++
			r.ahead++
		}

		if ahead != most-test.users {
			t.Errorf("%d reads ahead beside %d callers that ask for %d users, want %d", ahead, test.callers, test.users, most-test.users)
		}
	}
}
