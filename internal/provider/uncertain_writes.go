package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// finalRequestTimeout bounds each step that follows an interruption: the read of an outcome, or an undo. No creation has more
// than five such steps, so the run ends within about two seconds, even if IriusRisk does not respond.
const finalRequestTimeout = 400 * time.Millisecond

// finalContext returns a context for reading the outcome of a write or undoing it. It outlasts an interruption of the run,
// before the call or after it, by finalRequestTimeout.
func finalContext(ctx context.Context) (context.Context, context.CancelFunc) {
	final, end := context.WithCancelCause(context.WithoutCancel(ctx))

	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(finalRequestTimeout, func() { end(context.Cause(ctx)) })
	})

	return final, func() {
		stop()
		end(nil)
	}
}

// confirmWrite reads back the object of a write with an unknown outcome, and returns nil if the write took effect. Any
// other error, and an outcome that stays unknown, is returned.
func confirmWrite(ctx context.Context, err error, tookEffect func(context.Context) (bool, error)) error {
	if !iriusrisk.OutcomeUnknown(err) {
		return err
	}

	final, cancel := finalContext(ctx)
	defer cancel()

	done, readErr := tookEffect(final)

	switch {
	case readErr != nil:
		return fmt.Errorf("%w; cannot determine whether it took effect: %w", err, readErr)
	case done:
		return nil
	default:
		return err
	}
}
