package iriusrisk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// maxAnswer limits the body of a response, in bytes. A page of a thousand users takes about one MiB.
const maxAnswer = 8 << 20

// maxRedirects is the maximum number of redirects that one attempt follows.
const maxRedirects = 5

// attemptTransport makes one attempt. It waits for the rate limit and for a slot, and then limits the duration of the
// attempt and the size of the response. It reads the whole body, so that a connection that breaks while the body is read
// is retried like any other failed attempt, and so that the slot is free when the attempt ends.
type attemptTransport struct {
	next http.RoundTripper

	// starting admits one attempt at a time to wait for the rate limit and then for a slot. The slot comes second, so that
	// an attempt that waits for the rate limit holds no slot. Only one attempt waits for a slot, so that attempts do not
	// start faster than the limit when several slots become free at once.
	starting chan struct{}
	slots    chan struct{}
	limiter  *rate.Limiter
	timeout  time.Duration
}

// tooLargeError is the error of a response larger than maxAnswer.
type tooLargeError struct{ status int }

// Error implements error.
func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the response is larger than %d bytes", maxAnswer)
}

// RoundTrip implements http.RoundTripper.
func (t *attemptTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := t.acquire(request.Context()); err != nil {
		return nil, err
	}

	defer func() { <-t.slots }()

	ctx, cancel := context.WithTimeout(request.Context(), t.timeout)
	defer cancel()

	response, err := t.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return nil, err
	}

	defer response.Body.Close() //nolint:errcheck // The needed part of the body has been read.

	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("reading the response: %w", err)
	}

	if len(content) > maxAnswer {
		return nil, &tooLargeError{status: response.StatusCode}
	}

	response.Body = io.NopCloser(bytes.NewReader(content))

	return response, nil
}

// CloseIdleConnections is what http.Client.CloseIdleConnections calls.
func (t *attemptTransport) CloseIdleConnections() {
	(&http.Client{Transport: t.next}).CloseIdleConnections()
}

// acquire waits for the rate limit and then for a slot, which the caller releases.
func (t *attemptTransport) acquire(ctx context.Context) error {
	select {
	case t.starting <- struct{}{}:
		defer func() { <-t.starting }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}

	if err := t.limiter.Wait(ctx); err != nil {
		return err
	}

	select {
	case t.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// followRedirect follows a redirect only if the request is a GET and the target has the same scheme, host and port. By
// default Go would send the api-token header to other hosts of the same domain, and would turn a POST into a GET.
func followRedirect(request *http.Request, via []*http.Request) error {
	if via[0].Method != http.MethodGet || len(via) > maxRedirects || origin(via[0].URL) != origin(request.URL) {
		return http.ErrUseLastResponse
	}

	return nil
}

// origin returns scheme, host and port, which identify a server.
func origin(address *url.URL) string {
	port := address.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[address.Scheme]
	}

	return address.Scheme + "://" + strings.ToLower(address.Hostname()) + ":" + port
}

// describeRedirect describes a redirect that was not followed, without the query of its target.
func describeRedirect(response *http.Response) string {
	target, err := response.Location()

	switch request := response.Request; {
	case errors.Is(err, http.ErrNoLocation):
		return "neither a response of the API nor a redirect with a Location header"
	case err != nil:
		return "a redirect to an address that cannot be read"
	case origin(target) != origin(request.URL):
		return fmt.Sprintf("a redirect to %s://%s, which is not followed, because another server would receive the API token; if that is the right address, set it as the endpoint", target.Scheme, target.Host)
	case request.Method == http.MethodGet:
		return fmt.Sprintf("more than %d redirects in a row, the last one from the path %s to the path %s of the same server", maxRedirects, request.URL.EscapedPath(), target.EscapedPath())
	default:
		return fmt.Sprintf("a redirect from the path %s to the path %s of the same server, which is not followed, because only reads follow redirects; check the path of the endpoint", request.URL.EscapedPath(), target.EscapedPath())
	}
}
