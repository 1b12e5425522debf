package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// finalRequestTimeout is how long one request may take once the run has been interrupted. A creation makes two of them at most, a
// look at what became of its last write and a deletion, which together leave the run time to end within a second.
const finalRequestTimeout = 400 * time.Millisecond

// finalContext returns a context for finding out what became of a write: the caller's own, or, when the run has been
// interrupted, a short one of its own.
func finalContext(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}

	return context.WithTimeout(context.WithoutCancel(ctx), finalRequestTimeout)
}

// confirmWrite finds out by looking whether a write whose answer did not arrive took effect, and forgets the error when it
// did. Any other error, and one that looking does not clear up, stays.
func confirmWrite(ctx context.Context, err error, took func(context.Context) (bool, error)) error {
	if !iriusrisk.OutcomeUnknown(err) {
		return err
	}

	look, cancel := finalContext(ctx)
	defer cancel()

	done, lookErr := took(look)

	switch {
	case lookErr != nil:
		return fmt.Errorf("%w; whether it took effect could not be found out: %w", err, lookErr)
	case done:
		return nil
	default:
		return err
	}
}
