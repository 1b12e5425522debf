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

// transport returns the pooled transport: proxies of the environment, TLS 1.2 or newer, private authorities.
func (c *Config) transport() (*http.Transport, error) {
	transport := cleanhttp.DefaultPooledTransport()
	transport.IdleConnTimeout = idleConnTimeout
	transport.MaxIdleConnsPerHost = c.MaxConcurrentRequests
	transport.MaxIdleConns = max(transport.MaxIdleConns, c.MaxConcurrentRequests)
	transport.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: c.InsecureSkipTLSVerify, //nolint:gosec // The user asks for it, and is warned.
	}

	// All requests share one HTTP/2 connection. When it is dead, because something between here and the server dropped it
	// without a word, an attempt finds out before it times out, so that the next one gets a connection of its own.
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

// addCertificates adds the certificates of a PEM file to a pool. One that cannot be read is an error, because whatever
// it was to vouch for would be refused later, for a reason that is hard to find.
func addCertificates(pool *x509.CertPool, file []byte) error {
	found := 0

	for {
		block, rest := pem.Decode(file)
		if block == nil {
			break
		}

		file = rest

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

	// What pem.Decode takes for no block is left over.
	switch {
	case bytes.Contains(file, []byte("-----BEGIN CERTIFICATE")):
		return fmt.Errorf("certificate %d of the CA certificate file is no complete block of PEM", found+1)
	case found == 0:
		return errors.New("the CA certificate file holds no certificate in PEM")
	default:
		return nil
	}
}
