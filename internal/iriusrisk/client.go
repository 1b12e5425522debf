// Package iriusrisk is a client of the IriusRisk REST API v2: one method for each operation, with transport, retries,
// pages, errors and redaction. Every fact about the API is documented (UsersApi and its sister pages), observed, or
// inferred; what is inferred is decoded leniently, in one place for each shape.
package iriusrisk

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"golang.org/x/time/rate"
)

const (
	// DefaultRequestTimeout is how long one attempt may take unless Config says otherwise.
	DefaultRequestTimeout = 30 * time.Second

	// DefaultMaxConcurrentRequests is how many requests are under way at once unless Config says otherwise.
	DefaultMaxConcurrentRequests = 16

	defaultRetryWaitMin = time.Second
	defaultRetryWaitMax = 30 * time.Second

	apiPath = "/api/v2"
)

// Config configures a Client.
type Config struct {
	// Endpoint is the address of the instance, as ParseEndpoint returns it.
	Endpoint *url.URL

	// APIToken is the API token of the caller.
	APIToken string

	// UserAgent is the User-Agent header.
	UserAgent string

	// CACertificates are certificates in PEM to trust beside the system's.
	CACertificates []byte

	// InsecureSkipTLSVerify accepts any certificate.
	InsecureSkipTLSVerify bool

	// RequestTimeout bounds one attempt, reading the body included; 0 is DefaultRequestTimeout.
	RequestTimeout time.Duration

	// MaxRetries is how many further attempts a request gets after its first.
	MaxRetries int

	// MaxConcurrentRequests is how many attempts are under way at once; 0 is DefaultMaxConcurrentRequests.
	MaxConcurrentRequests int

	// RequestsPerSecond bounds how many attempts begin in a second; 0 is no bound.
	RequestsPerSecond float64

	// RetryWaitMin and RetryWaitMax bound the waits between attempts, a Retry-After included; 0 is 1 and 30 seconds.
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

	transport, err := config.transport()
	if err != nil {
		return nil, err
	}

	client := &Client{
		base:      strings.TrimRight(config.Endpoint.String(), "/") + apiPath,
		token:     config.APIToken,
		userAgent: config.UserAgent,
		log:       config.Logger,
		secrets:   &redactor{},
	}
	client.secrets.add(config.APIToken)

	limit := rate.Inf
	if config.RequestsPerSecond > 0 {
		limit = rate.Limit(config.RequestsPerSecond)
	}

	attempts := &attemptTransport{
		next:    transport,
		slots:   make(chan struct{}, config.MaxConcurrentRequests),
		limiter: rate.NewLimiter(limit, 1),
		timeout: config.RequestTimeout,
	}
	client.retries = retryPolicy{
		log:        config.Logger,
		waitMin:    config.RetryWaitMin,
		waitMax:    config.RetryWaitMax,
		maxRetries: config.MaxRetries,
		client:     &http.Client{Transport: attempts, CheckRedirect: followRedirect},
		now:        time.Now,
	}

	return client, nil
}

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
	case c.APIToken == "":
		return errors.New("the API token is missing")
	case strings.ContainsFunc(c.APIToken, func(r rune) bool { return r <= ' ' || r > '~' }):
		return errors.New("the API token holds a character that no HTTP header can carry")
	case c.RequestTimeout < 0 || c.RetryWaitMin < 0 || c.RetryWaitMax < 0:
		return errors.New("a duration is negative")
	case c.MaxRetries < 0 || c.MaxConcurrentRequests < 0 || c.RequestsPerSecond < 0:
		return errors.New("a number of retries or requests is negative")
	default:
		return nil
	}
}

// transport returns the pooled transport: proxies of the environment, TLS 1.2 or newer, private authorities.
func (c *Config) transport() (*http.Transport, error) {
	transport := cleanhttp.DefaultPooledTransport()
	transport.MaxIdleConnsPerHost = c.MaxConcurrentRequests
	transport.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: c.InsecureSkipTLSVerify, //nolint:gosec // The user asks for it, and is warned.
	}

	if c.CACertificates != nil {
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("the system's certificates cannot be read: %w", err)
		}

		if !pool.AppendCertsFromPEM(c.CACertificates) {
			return nil, errors.New("the CA certificate file holds no certificate in PEM")
		}

		transport.TLSClientConfig.RootCAs = pool
	}

	return transport, nil
}

// ParseEndpoint reads the address of an instance: https://host[:port][/prefix]. A bare host name means https, and a
// trailing slash or /api/v2 is dropped. Its errors never show what may be a password.
func ParseEndpoint(value string) (*url.URL, error) {
	value = strings.TrimSpace(value)
	if !strings.Contains(value, "://") {
		value = "https://" + value
	}

	endpoint, err := url.Parse(value)
	if err != nil {
		return nil, errors.New("it is not an address such as https://acme.iriusrisk.com")
	}

	switch {
	case endpoint.User != nil:
		return nil, errors.New("it must not hold a user name or a password")
	case endpoint.Scheme != "https" && endpoint.Scheme != "http":
		return nil, fmt.Errorf("its scheme is %q, not https", endpoint.Scheme)
	case endpoint.Hostname() == "":
		return nil, errors.New("it has no host name")
	case endpoint.RawQuery != "" || endpoint.ForceQuery || endpoint.Fragment != "" || strings.HasSuffix(value, "#"):
		return nil, errors.New("it must not hold a query or a fragment")
	}

	path := strings.TrimRight(endpoint.EscapedPath(), "/")
	path = strings.TrimRight(strings.TrimSuffix(path, apiPath), "/")

	return url.Parse(endpoint.Scheme + "://" + endpoint.Host + path)
}

// IsLoopback reports whether an address is on this machine: localhost, 127.0.0.0/8 or ::1.
func IsLoopback(endpoint *url.URL) bool {
	host := endpoint.Hostname()
	ip := net.ParseIP(host)

	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}
