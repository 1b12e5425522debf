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

// maxAnswer bounds the body of an answer, in bytes. A page of a thousand users takes about one MiB.
const maxAnswer = 8 << 20

// maxRedirects is how many redirects one attempt follows.
const maxRedirects = 5

// attemptTransport makes one attempt: it waits for the rate limit and for a slot, and then bounds the attempt in time
// and the answer in size. The answer is read whole here, so that a connection that breaks in the midst of a body is an
// error of the attempt like any other, and the slot is free again once the attempt is over.
type attemptTransport struct {
	next http.RoundTripper

	// turn is held by the one attempt that is about to begin, until it has both the leave of the rate limit and a slot.
	// The slot comes second, so that none is held by an attempt that waits for the rate limit. One attempt at a time
	// has the leave, so that attempts that wait for slots do not begin faster than the limit once slots are free.
	starting chan struct{}
	slots    chan struct{}
	limiter  *rate.Limiter
	timeout  time.Duration
}

// tooLargeError says that an answer was larger than maxAnswer.
type tooLargeError struct{ status int }

// Error implements error.
func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d bytes", maxAnswer)
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

	defer response.Body.Close() //nolint:errcheck // Whatever was needed of it has been read.

	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}

	if len(content) > maxAnswer {
		return nil, &tooLargeError{status: response.StatusCode}
	}

	response.Body = io.NopCloser(bytes.NewReader(content))

	return response, nil
}

// acquire waits for the rate limit and then for a slot, which the caller frees.
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

// followRedirect follows a redirect of a read within the same scheme, host and port, and nothing else: Go would hand
// the api-token header on to another host of the same domain, and would turn a POST into a GET.
func followRedirect(request *http.Request, via []*http.Request) error {
	if via[0].Method != http.MethodGet || len(via) > maxRedirects || origin(via[0].URL) != origin(request.URL) {
		return http.ErrUseLastResponse
	}

	return nil
}

// origin is what makes two addresses the same server: scheme, host and port.
func origin(address *url.URL) string {
	port := address.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[address.Scheme]
	}

	return address.Scheme + "://" + strings.ToLower(address.Hostname()) + ":" + port
}

// describeRedirect says where a redirect that was not followed points to, without its query.
func describeRedirect(response *http.Response) string {
	target, err := response.Location()

	switch asked := response.Request; {
	case errors.Is(err, http.ErrNoLocation):
		return "neither an answer of the API nor a redirect that names an address"
	case err != nil:
		return "a redirect to an address that cannot be read"
	case origin(target) != origin(asked.URL):
		return fmt.Sprintf("a redirect to %s://%s, which is not followed, so that the API token goes nowhere else; if that is the right address, set it as the endpoint", target.Scheme, target.Host)
	case asked.Method == http.MethodGet:
		return fmt.Sprintf("more than %d redirects in a row, the last one from the path %s to the path %s of the same server", maxRedirects, asked.URL.EscapedPath(), target.EscapedPath())
	default:
		return fmt.Sprintf("a redirect from the path %s to the path %s of the same server, which is not followed, because only reads follow redirects; check the path of the endpoint", asked.URL.EscapedPath(), target.EscapedPath())
	}
}
