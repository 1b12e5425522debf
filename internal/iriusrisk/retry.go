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

// retryPolicy decides whether and when a request is retried.
type retryPolicy struct {
	log              *slog.Logger
	waitMin, waitMax time.Duration
	maxRetries       int
	client           *http.Client
	now              func() time.Time

	// timeLimit limits a request from the start of its first attempt.
	timeLimit time.Duration
}

// retriedStatuses are the statuses after which a request is retried. shouldRetry has the additional rules for POST and GET.
var retriedStatuses = []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

// retryClient returns a client that retries one request. Its RequestLogHook counts the attempts.
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

			// A response that needs no retry is kept even if the run was interrupted meanwhile: a write has taken effect.
			if (again || err != nil) && ctx.Err() != nil {
				return false, context.Cause(ctx)
			}

			return again, nil
		},
		Backoff: func(_, _ time.Duration, attempt int, response *http.Response) time.Duration {
			return c.retries.wait(ctx, state, attempt, response)
		},
	}
}

// end records the end of an attempt. An unknown outcome stays unknown, however later attempts end.
func (s *requestState) end(response *http.Response, err error) {
	s.earlierUnknown = s.outcomeUnknown

	if sent := s.sent.Swap(false); err != nil {
		s.outcomeUnknown = s.outcomeUnknown || sent
	} else {
		s.outcomeUnknown = s.outcomeUnknown || leavesOutcomeUnknown(response.StatusCode, response.Header.Get("Retry-After"))
	}
}

// leavesOutcomeUnknown reports whether the server may have acted on a write when it returns this status. A 503 with a
// Retry-After header comes from a server or a proxy that did not accept the request.
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

// shouldRetry reports whether a request may be retried after an attempt with this response or error. A POST is retried
// only if the attempt certainly had no effect.
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

// permanent reports whether a retry would fail with the same error.
func permanent(err error) bool {
	var (
		large  *tooLargeError
		record tls.RecordHeaderError
	)

	return certificateRefused(err) || errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &large) || errors.As(err, &record)
}

// certificateRefused reports whether the certificate of the server could not be verified.
func certificateRefused(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
	)

	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &hostname)
}

// wait returns the time to wait before the next attempt, and logs it.
func (p retryPolicy) wait(ctx context.Context, state *requestState, attempt int, response *http.Response) time.Duration {
	wait := p.exponential(attempt)
	message := "no response, retrying in "

	if response != nil {
		message = fmt.Sprintf("the server returned %d, retrying in ", response.StatusCode)
		if response.StatusCode == http.StatusTooManyRequests {
			message = "rate limited, waiting "
		}

		if requested, ok := parseRetryAfter(response.Header.Get("Retry-After"), p.now()); ok {
			wait = min(requested, p.waitMax)
		}
	}

	p.log.InfoContext(ctx, message+wait.Round(time.Millisecond).String(), "operation", state.operation.Name, "url", state.url, "attempt", state.attempts)

	return wait
}

// exponential doubles the wait with each attempt up to waitMax, and subtracts up to half of it at random, so that requests
// that failed together are not retried together.
func (p retryPolicy) exponential(attempt int) time.Duration {
	wait := p.waitMax
	if doubled := p.waitMin << min(attempt, 30); doubled > 0 && doubled < wait {
		wait = doubled
	}

	return wait - time.Duration(rand.Int64N(int64(wait/2)+1)) //nolint:gosec // The jitter needs no secure random numbers.
}

// parseRetryAfter parses a Retry-After header: seconds or an HTTP date. Seconds beyond the range of a duration become the
// longest duration.
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
