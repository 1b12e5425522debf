package directory

import "context"

// closing ends the requests that belong to no caller when the directory is closed.
type closing struct {
	closed context.Context //nolint:containedctx // It ends requests that belong to no caller.
	close  context.CancelFunc
}

func newClosing() closing {
	closed, end := context.WithCancel(context.Background())

	return closing{closed, end}
}

// flight returns the context of a request. It has the values of a caller's context, which serve the log, but does not end with
// it. end must be called when the request has ended.
func (c closing) flight(caller context.Context) (ctx context.Context, end func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(caller))
	stop := context.AfterFunc(c.closed, cancel)

	return ctx, func() {
		stop()
		cancel()
	}
}
