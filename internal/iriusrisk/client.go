// Package iriusrisk is a client of the IriusRisk REST API v2: one method for each operation, with transport, retries,
// pages, errors and redaction. Every fact about the API is documented (UsersApi and its sister pages), observed, or
// inferred; what is inferred is decoded leniently, in one place for each shape.
package iriusrisk

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/time/rate"
)

const (
	// DefaultRequestTimeout is how long one attempt may take unless Config says otherwise.
	DefaultRequestTimeout = 30 * time.Second

	// DefaultMaxConcurrentRequests is how many requests are under way at once unless Config says otherwise.
	DefaultMaxConcurrentRequests = 16

	// MaxRequestTime is how long a request may take from the beginning of its first attempt, with all its attempts and
	// the waits between them, unless one attempt may take longer.
	MaxRequestTime = 15 * time.Minute

	defaultRetryWaitMin = time.Second
	defaultRetryWaitMax = 30 * time.Second

	// idleConnTimeout is less than the 60 seconds after which the usual load balancers close idle connections, so that a
	// request that must not be sent twice does not meet a connection that is just being closed.
	idleConnTimeout = 45 * time.Second

	// maxPingDelay bounds how long a HTTP/2 connection may be silent before it is checked.
	maxPingDelay = 10 * time.Second
)

// Config configures a Client.
type Config struct {
	// Endpoint is the address of the instance, as ParseEndpoint returns it.
	Endpoint *url.URL

	// APIToken is the API token of the caller.
	APIToken string

	// UserAgent is the User-Agent header.
	UserAgent string

	// CACertificates are certificates in PEM to trust beside the system's; nil trusts the system's only.
	CACertificates []byte

	// InsecureSkipTLSVerify accepts any certificate.
	InsecureSkipTLSVerify bool

	// RequestTimeout bounds one attempt, reading the body included; 0 is DefaultRequestTimeout. MaxRequestTime bounds all
	// attempts of a request together.
	RequestTimeout time.Duration

	// MaxRetries is how many further attempts a request gets after its first; 0 is none.
	MaxRetries int

	// MaxConcurrentRequests is how many attempts are under way at once; 0 is DefaultMaxConcurrentRequests.
	MaxConcurrentRequests int

	// RequestsPerSecond bounds how many attempts begin in a second; 0 is no bound.
	RequestsPerSecond float64

	// RetryWaitMin and RetryWaitMax are the first and the longest wait between attempts; 0 is 1 and 30 seconds.
	// RetryWaitMax bounds what a Retry-After asks for, too.
	RetryWaitMin, RetryWaitMax time.Duration

	// Logger receives what happens to requests, never a header or a body; nil discards it.
	Logger *slog.Logger
}

// Client talks to one instance of IriusRisk on behalf of one caller. It is safe for concurrent use.
type Client struct {
	base      string
	token     string
	userAgent string
	retries   retryPolicy
	log       *slog.Logger
	secrets   *redactor
}

// New returns a client, or an error that says what is wrong with the configuration and never shows the token.
func New(config Config) (*Client, error) {
	config.applyDefaults()

	if err := config.check(); err != nil {
		return nil, err
	}

	// Whatever way the address came about, nothing but scheme, host and path of it is to show up in an error.
	endpoint, err := ParseEndpoint(config.Endpoint.String())
	if err != nil {
		return nil, fmt.Errorf("the endpoint cannot be used: %w", err)
	}

	attempts, err := config.HTTPClient()
	if err != nil {
		return nil, err
	}

	client := &Client{
		base:      endpoint.String() + APIPath,
		token:     config.APIToken,
		userAgent: config.UserAgent,
		log:       config.Logger,
		secrets:   &redactor{},
	}
	client.secrets.add(config.APIToken)

	client.retries = retryPolicy{
		log:        config.Logger,
		waitMin:    config.RetryWaitMin,
		waitMax:    config.RetryWaitMax,
		maxRetries: config.MaxRetries,
		client:     attempts,
		now:        time.Now,
		timeLimit:  max(MaxRequestTime, config.RequestTimeout),
	}

	return client, nil
}

// HTTPClient returns what a Client makes its attempts with: bounded in number, rate, time and size, and following no
// redirect elsewhere. It repeats nothing and adds no header, so that whoever has to see answers as they are can.
func (c Config) HTTPClient() (*http.Client, error) {
	c.applyDefaults()

	transport, err := c.transport()
	if err != nil {
		return nil, err
	}

	limit := rate.Inf
	if c.RequestsPerSecond > 0 {
		limit = rate.Limit(c.RequestsPerSecond)
	}

	return &http.Client{CheckRedirect: followRedirect, Transport: &attemptTransport{
		next:     transport,
		starting: make(chan struct{}, 1),
		slots:    make(chan struct{}, c.MaxConcurrentRequests),
		limiter:  rate.NewLimiter(limit, 1),
		timeout:  c.RequestTimeout,
	}}, nil
}

// RetryWaitMin is the first wait between attempts, for callers that wait for the server on their own.
func (c *Client) RetryWaitMin() time.Duration { return c.retries.waitMin }

// KeepSecret makes a secret known that the client itself has not met, so that no error repeats it.
func (c *Client) KeepSecret(secret string) { c.secrets.add(secret) }

func (c *Config) applyDefaults() {
	if c.RequestTimeout == 0 {
		c.RequestTimeout = DefaultRequestTimeout
	}

	if c.MaxConcurrentRequests == 0 {
		c.MaxConcurrentRequests = DefaultMaxConcurrentRequests
	}

	if c.RetryWaitMin == 0 {
		c.RetryWaitMin = defaultRetryWaitMin
	}

	if c.RetryWaitMax == 0 {
		c.RetryWaitMax = defaultRetryWaitMax
	}

	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

func (c *Config) check() error {
	switch {
	case c.Endpoint == nil || c.Endpoint.Host == "":
		return errors.New("the endpoint is missing")
	case c.RequestTimeout < 0 || c.RetryWaitMin < 0 || c.RetryWaitMax < 0:
		return errors.New("a duration is negative")
	case c.MaxRetries < 0 || c.MaxConcurrentRequests < 0 || c.RequestsPerSecond < 0:
		return errors.New("a number of retries or requests is negative")
	}

	if err := ValidateAPIToken(c.APIToken); err != nil {
		return fmt.Errorf("the API token cannot be used: %w", err)
	}

	return nil
}
