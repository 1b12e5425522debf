package iriusrisk

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/go-cleanhttp"
)

// transport returns a pooled transport that uses the proxies of the environment, TLS 1.2 or newer and CACertificates.
func (c *Config) transport() (*http.Transport, error) {
	transport := cleanhttp.DefaultPooledTransport()
	transport.IdleConnTimeout = idleConnTimeout
	transport.MaxIdleConnsPerHost = c.MaxConcurrentRequests
	transport.MaxIdleConns = max(transport.MaxIdleConns, c.MaxConcurrentRequests)
	transport.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: c.InsecureSkipTLSVerify, //nolint:gosec // The user enables it, and the provider warns.
	}

	// All requests share one HTTP/2 connection. If a network device drops it silently, a ping detects this before the
	// attempt times out, so that the next attempt uses a new connection.
	delay := min(c.RequestTimeout/3, maxPingDelay)
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: delay, PingTimeout: delay}

	if c.CACertificates != nil {
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("the system's certificates cannot be read: %w", err)
		}

		if err := addCertificates(pool, c.CACertificates); err != nil {
			return nil, err
		}

		transport.TLSClientConfig.RootCAs = pool
	}

	return transport, nil
}

// beginCertificate begins the PEM block of a certificate.
var beginCertificate = []byte("-----BEGIN CERTIFICATE-----")

// addCertificates adds the certificates of a PEM file to a pool. An unreadable certificate is an error; if it were
// ignored, the verification of the server would fail later for a reason that is hard to find.
func addCertificates(pool *x509.CertPool, file []byte) error {
	found := 0

	for {
		block, rest := pem.Decode(file)
		if block == nil {
			break
		}

		skipped := bytes.Count(file[:len(file)-len(rest)], beginCertificate)
		file = rest

		// pem.Decode skips a block that it cannot read if another one follows.
		if skipped > 1 || (skipped == 1 && block.Type != "CERTIFICATE") {
			return fmt.Errorf("certificate %d of the CA certificate file is not a complete PEM block", found+1)
		}

		if block.Type != "CERTIFICATE" {
			continue
		}

		found++

		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return fmt.Errorf("certificate %d of the CA certificate file cannot be read: %w", found, err)
		}

		pool.AddCert(certificate)
	}

	// The rest of the file contains a certificate if pem.Decode could not read its block.
	switch {
	case bytes.Contains(file, []byte("-----BEGIN CERTIFICATE")):
		return fmt.Errorf("certificate %d of the CA certificate file is not a complete PEM block", found+1)
	case found == 0:
		return errors.New("the CA certificate file contains no PEM certificate")
	default:
		return nil
	}
}
