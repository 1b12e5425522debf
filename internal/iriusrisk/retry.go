package iriusrisk

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
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
}

// overloaded are the statuses after which everything but a POST is repeated.
var overloaded = []int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

// retrying returns a client for one call.
func (c *Client) retrying(ctx context.Context, sending *call) *retryablehttp.Client {
	return &retryablehttp.Client{
		HTTPClient:     c.retries.client,
		RetryMax:       c.retries.maxRetries,
		RetryWaitMin:   c.retries.waitMin,
		RetryWaitMax:   c.retries.waitMax,
		ErrorHandler:   retryablehttp.PassthroughErrorHandler,
		RequestLogHook: func(retryablehttp.Logger, *http.Request, int) { sending.begin() },
		CheckRetry: func(ctx context.Context, response *http.Response, err error) (bool, error) {
			if ctx.Err() != nil {
				return false, context.Cause(ctx)
			}

			return sending.repeatable(response, err), nil
		},
		Backoff: func(_, _ time.Duration, attempt int, response *http.Response) time.Duration {
			// The attempt before was answered or never sent, so whatever ends the wait, nothing is in doubt.
			sending.sent.Store(false)

			return c.retries.wait(ctx, sending, attempt, response)
		},
	}
}

// repeatable tells whether a request may be sent again after an attempt that ended with this answer or error. A POST is
// repeated only when it surely had no effect.
func (s *call) repeatable(response *http.Response, err error) bool {
	post := s.operation.Method == http.MethodPost

	if err != nil {
		return !hopeless(err) && (!post || !s.sent.Load())
	}

	status := response.StatusCode

	switch {
	case post:
		return status == http.StatusTooManyRequests || (status == http.StatusServiceUnavailable && response.Header.Get("Retry-After") != "")
	case status == http.StatusInternalServerError:
		return s.operation.Method == http.MethodGet
	default:
		return slices.Contains(overloaded, status)
	}
}

// hopeless tells errors that another attempt meets again.
func hopeless(err error) bool {
	var (
		large       *tooLargeError
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		hostname    x509.HostnameError
		record      tls.RecordHeaderError
	)

	return errors.As(err, &large) || errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &hostname) || errors.As(err, &record)
}

// wait returns how long to wait before the next attempt, and logs it.
func (p retryPolicy) wait(ctx context.Context, sending *call, attempt int, response *http.Response) time.Duration {
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

	p.log.InfoContext(ctx, message+wait.Round(time.Millisecond).String(), "operation", sending.operation.Name, "url", sending.url, "attempt", sending.attempts)

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

// parseRetryAfter reads a Retry-After header: seconds, or a date in HTTP's format.
func parseRetryAfter(value string, now time.Time) (wait time.Duration, ok bool) {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}

	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}

	return max(0, date.Sub(now)), true
}
