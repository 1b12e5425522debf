// Package iriusrisk is a client of the IriusRisk REST API v2. Operations are methods of Client; their paths are below
// /api/v2 of an instance, for example https://acme.iriusrisk.com/api/v2/users. The client also implements timeouts,
// retries, rate limits, pages, errors and the redaction of secrets.
//
// The vendor documents the operations in the docs folder of its generated client,
// https://github.com/iriusrisk/iriusrisk-python-client-lib: the pages UsersApi, RolesApi and BusinessUnitsApi. Comments
// state the source of each fact about the API: "documented" with the page, "observed" in responses of an instance or in
// scripts of the vendor, or "inferred". Inferred facts are decoded leniently, in one place for each.
//
// The client implements every operation of UsersApi, the reads of roles, every operation on business units and the
// operations that describe the caller and the instance. The provider does not use all of them, but all are tested.
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
	// DefaultRequestTimeout is the default limit of one attempt.
	DefaultRequestTimeout = 30 * time.Second

	// DefaultMaxConcurrentRequests is the default limit of concurrent attempts.
	DefaultMaxConcurrentRequests = 16

	// MaxRequestTime limits a request from the start of its first attempt, including all attempts and the waits between
	// them. If RequestTimeout is longer, that is the limit instead.
	MaxRequestTime = 15 * time.Minute

	defaultRetryWaitMin = time.Second
	defaultRetryWaitMax = 30 * time.Second

	// idleConnTimeout is shorter than the 60 seconds after which common load balancers close idle connections. A request
	// that must not be retried would otherwise fail on a connection that is being closed.
	idleConnTimeout = 45 * time.Second

	// maxPingDelay is the longest time without traffic after which an HTTP/2 connection is checked.
	maxPingDelay = 10 * time.Second
)

// Config configures a Client.
type Config struct {
	// Endpoint is the address of the instance, as ParseEndpoint returns it.
	Endpoint *url.URL

	// APIToken is the API token of the user that the client runs as, the caller.
	APIToken string

	// UserAgent is the User-Agent header.
	UserAgent string

	// CACertificates are PEM certificates to trust in addition to those of the system; nil trusts only the latter.
	CACertificates []byte

	// InsecureSkipTLSVerify disables the verification of certificates.
	InsecureSkipTLSVerify bool

	// RequestTimeout limits one attempt, including reading the body; 0 is DefaultRequestTimeout. MaxRequestTime limits all
	// attempts of a request together.
	RequestTimeout time.Duration

	// MaxRetries is the maximum number of retries of a request; 0 disables retries.
	MaxRetries int

	// MaxConcurrentRequests is the maximum number of concurrent attempts; 0 is DefaultMaxConcurrentRequests.
	MaxConcurrentRequests int

	// RequestsPerSecond limits how many attempts start in a second; 0 is no limit.
	RequestsPerSecond float64

	// RetryWaitMin and RetryWaitMax are the first and the longest wait between attempts; 0 is 1 and 30 seconds.
	// RetryWaitMax also limits the wait that a Retry-After header requests.
	RetryWaitMin, RetryWaitMax time.Duration

	// ReadOnly refuses every request other than GET with a ReadOnlyError.
	ReadOnly bool

	// Logger logs requests without their headers and bodies; nil disables logging.
	Logger *slog.Logger
}

// Client sends requests to one instance of IriusRisk as one user, the caller. It is safe for concurrent use.
type Client struct {
	base      string
	token     string
	userAgent string
	readOnly  bool
	retries   retryPolicy
	log       *slog.Logger
	secrets   *redactor
	attempts  *attemptTransport
}

// New returns a client. The error of an invalid configuration never contains the API token.
func New(config Config) (*Client, error) {
	config.applyDefaults()

	if err := config.check(); err != nil {
		return nil, err
	}

	// Errors contain the address, so it must have no user information, query or fragment.
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
		readOnly:  config.ReadOnly,
		log:       config.Logger,
		secrets:   &redactor{},
	}
	client.attempts, _ = attempts.Transport.(*attemptTransport)
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

// HTTPClient returns the HTTP client that makes the attempts of a Client. It limits their concurrency, rate, duration and
// response size, and follows no redirect to another server. It does not retry or add headers, so callers see the
// responses of the server unchanged.
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

// RetryWaitMin returns the first wait between attempts, for callers that poll the server themselves.
func (c *Client) RetryWaitMin() time.Duration { return c.retries.waitMin }

// MaxConcurrentRequests returns the limit of concurrent attempts.
func (c *Client) MaxConcurrentRequests() int { return cap(c.attempts.slots) }

// IsIdle reports whether an attempt that starts now would wait neither for the limit of concurrent attempts nor behind
// another one for the rate limit.
func (c *Client) IsIdle() bool {
	return len(c.attempts.slots) < cap(c.attempts.slots) && len(c.attempts.starting) == 0
}

// CloseIdleConnections closes the connections that no attempt uses, and those in use when their attempts end. Attempts that
// start later open new ones.
func (c *Client) CloseIdleConnections() { c.retries.client.CloseIdleConnections() }

// KeepSecret adds a secret that the client did not receive or send itself, so that no error contains it.
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
