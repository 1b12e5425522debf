package iriusrisk

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// retryPolicy decides whether a request gets another attempt, and when.
type retryPolicy struct {
	log              *slog.Logger
	waitMin, waitMax time.Duration
	maxRetries       int
	client           *http.Client
	now              func() time.Time

	// bound is how long a request may take from the beginning of its first attempt.
	timeLimit time.Duration
}

// retriedStatuses are the statuses after which everything but a POST is repeated.
var retriedStatuses = []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

// retryClient returns a client for one call.
func (c *Client) retryClient(ctx context.Context, state *requestState) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient:     c.retries.client,
		RetryMax:       c.retries.maxRetries,
		RetryWaitMin:   c.retries.waitMin,
		RetryWaitMax:   c.retries.waitMax,
		ErrorHandler:   retryablehttp.PassthroughErrorHandler,
		RequestLogHook: func(retryablehttp.Logger, *http.Request, int) { state.attempts++ },
		CheckRetry: func(ctx context.Context, response *http.Response, err error) (bool, error) {
			again := state.shouldRetry(response, err)
			state.end(response, err)

			if ctx.Err() != nil {
				return false, context.Cause(ctx)
			}

			return again, nil
		},
		Backoff: func(_, _ time.Duration, attempt int, response *http.Response) time.Duration {
			return c.retries.wait(ctx, state, attempt, response)
		},
	}
}

// end ends an attempt. What is not known of its outcome stays in doubt, whatever becomes of later attempts.
func (s *requestState) end(response *http.Response, err error) {
	s.earlierUnknown = s.outcomeUnknown

	if sent := s.sent.Swap(false); err != nil {
		s.outcomeUnknown = s.outcomeUnknown || sent
	} else {
		s.outcomeUnknown = s.outcomeUnknown || leavesOutcomeUnknown(response.StatusCode, response.Header.Get("Retry-After"))
	}
}

// leavesOutcomeUnknown reports whether the server may have acted on a write that it answered with this status. With a
// Retry-After a 503 comes from a server, or a proxy, that turns requests away.
func leavesOutcomeUnknown(status int, retryAfter string) bool {
	switch status {
	case http.StatusRequestTimeout:
		return true
	case http.StatusServiceUnavailable:
		return retryAfter == ""
	default:
		return status >= 500
	}
}

// shouldRetry tells whether a request may be sent again after an attempt that ended with this answer or error. A POST is
// repeated only when it surely had no effect.
func (s *requestState) shouldRetry(response *http.Response, err error) bool {
	post := s.operation.Method == http.MethodPost

	if err != nil {
		return !permanent(err) && (!post || !s.sent.Load())
	}

	status := response.StatusCode

	switch {
	case post:
		return status == http.StatusTooManyRequests || (status == http.StatusServiceUnavailable && !leavesOutcomeUnknown(status, response.Header.Get("Retry-After")))
	case status == http.StatusInternalServerError:
		return s.operation.Method == http.MethodGet
	default:
		return slices.Contains(retriedStatuses, status)
	}
}

// permanent tells errors that another attempt meets again.
func permanent(err error) bool {
	var (
		large  *tooLargeError
		record tls.RecordHeaderError
	)

	return certificateRefused(err) || errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &large) || errors.As(err, &record)
}

// certificateRefused tells errors of verifying a certificate.
func certificateRefused(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
	)

	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &hostname)
}

// wait returns how long to wait before the next attempt, and logs it.
func (p retryPolicy) wait(ctx context.Context, state *requestState, attempt int, response *http.Response) time.Duration {
	wait := p.exponential(attempt)
	message := "no answer, retrying in "

	if response != nil {
		message = fmt.Sprintf("the server answered %d, retrying in ", response.StatusCode)
		if response.StatusCode == http.StatusTooManyRequests {
			message = "rate limited, waiting "
		}

		if asked, ok := parseRetryAfter(response.Header.Get("Retry-After"), p.now()); ok {
			wait = min(asked, p.waitMax)
		}
	}

	p.log.InfoContext(ctx, message+wait.Round(time.Millisecond).String(), "operation", state.operation.Name, "url", state.url, "attempt", state.attempts)

	return wait
}

// exponential doubles the wait with every attempt up to a bound, and takes off up to half of it at random, so that
// requests that failed together are not repeated together.
func (p retryPolicy) exponential(attempt int) time.Duration {
	wait := p.waitMax
	if doubled := p.waitMin << min(attempt, 30); doubled > 0 && doubled < wait {
		wait = doubled
	}

	return wait - time.Duration(rand.Int64N(int64(wait/2)+1)) //nolint:gosec // Nothing secret depends on it.
}

// parseRetryAfter reads a Retry-After header: seconds, or a date in HTTP's format. More seconds than a wait can have
// are as many as it can.
func parseRetryAfter(value string, now time.Time) (wait time.Duration, ok bool) {
	const most = math.MaxInt64 / uint64(time.Second)

	seconds, err := strconv.ParseUint(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, most)) * time.Second, true
	}

	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}

	return max(0, date.Sub(now)), true
}
