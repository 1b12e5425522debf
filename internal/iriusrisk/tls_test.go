package iriusrisk

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Certificates are verified, with CACertificates if they are set, and TLS is 1.2 or newer.
func TestTLS(t *testing.T) {
	t.Parallel()

	s := &server{}
	s.Server = httptest.NewUnstartedServer(s.recording(answers(200, ada)))
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	s.Config.ErrorLog = discardLog()
	s.StartTLS()
	t.Cleanup(s.Close)

	_, err := connect(t, s.URL, func(config *Config) { config.MaxRetries = 3 }).GetUser(t.Context(), "ada")
	expectError(t, err, "certificate")

	if transport := asTransport(t, err); transport.Attempts != 1 {
		t.Errorf("an untrusted certificate was tried %d times", transport.Attempts)
	}

	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})

	for name, change := range map[string]func(*Config){
		"private authority": func(config *Config) { config.CACertificates = authority },
		"skip":              func(config *Config) { config.InsecureSkipTLSVerify = true },
	} {
		if _, err := connect(t, s.URL, change).GetUser(t.Context(), "ada"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}

	old := httptest.NewUnstartedServer(answers(200, ada))
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	old.Config.ErrorLog = discardLog()
	old.StartTLS()
	t.Cleanup(old.Close)

	_, err = connect(t, old.URL, func(config *Config) { config.InsecureSkipTLSVerify = true }).GetUser(t.Context(), "ada")
	expectError(t, err, "protocol version")
}

// Each certificate of the CA certificate file must be readable.
func TestNew_brokenCertificates(t *testing.T) {
	t.Parallel()

	s := httptest.NewTLSServer(answers(200, ada))
	t.Cleanup(s.Close)

	good := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	bad := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("hush")}))
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("hush")}))

	for name, test := range map[string]struct{ file, fails string }{
		"good":                 {file: good},
		"good after text":      {file: "The authority:\r\n" + strings.ReplaceAll(good, "\n", "\r\n")},
		"good with a key":      {file: key + good},
		"bad":                  {file: bad, fails: "certificate 1 of the CA certificate file cannot be read"},
		"bad before good":      {file: bad + good, fails: "certificate 1 of the CA certificate file cannot be read"},
		"bad after good":       {file: good + bad, fails: "certificate 2 of the CA certificate file cannot be read"},
		"truncated":            {file: good[:len(good)-40], fails: "certificate 1 of the CA certificate file is not a complete PEM block"},
		"truncated after good": {file: good + good[:len(good)-40], fails: "certificate 2 of the CA certificate file is not a complete PEM block"},
		"damaged before good":  {file: strings.Replace(good, "\n", "\n*", 1) + good, fails: "certificate 1 of the CA certificate file is not a complete PEM block"},
		"damaged between good": {file: good + good[:len(good)-40] + "\n" + good, fails: "certificate 2 of the CA certificate file is not a complete PEM block"},
		"damaged before a key": {file: good[:len(good)-40] + "\n" + key + good, fails: "certificate 1 of the CA certificate file is not a complete PEM block"},
		"key only":             {file: key, fails: "contains no PEM certificate"},
		"empty":                {file: "", fails: "contains no PEM certificate"},
	} {
		endpoint, err := ParseEndpoint(s.URL)
		if err != nil {
			t.Fatal(err)
		}

		client, err := New(Config{Endpoint: endpoint, APIToken: token, CACertificates: []byte(test.file)})

		switch {
		case test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
			t.Errorf("%s: %v", name, err)
		case test.fails == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.fails == "":
			if _, err := client.GetUser(t.Context(), "ada"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The certificates of a file are trusted in addition to those of the system. The environment of a child process sets the
// latter.
func TestTLS_systemAuthorities(t *testing.T) {
	t.Parallel()

	if address := os.Getenv("IRIUSRISK_TEST_SYSTEM_AUTHORITIES"); address != "" {
		// All test servers have the same certificate, so the file contains a different one.
		certificate, err := selfSigned()
		if err != nil {
			t.Fatal(err)
		}

		if _, err := connect(t, address, func(config *Config) { config.CACertificates = certificate }).GetUser(t.Context(), "ada"); err != nil {
			t.Error(err)
		}

		return
	}

	s := httptest.NewTLSServer(answers(200, ada))
	t.Cleanup(s.Close)

	system := filepath.Join(t.TempDir(), "system.pem")
	if err := os.WriteFile(system, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}

	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestTLS_systemAuthorities$")
	command.Env = append(os.Environ(), "IRIUSRISK_TEST_SYSTEM_AUTHORITIES="+s.URL, "SSL_CERT_FILE="+system, "SSL_CERT_DIR="+t.TempDir())

	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, output)
	}
}

// selfSigned returns a self-signed certificate in PEM.
func selfSigned() ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}

	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour)}

	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}

	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), nil
}

// The transport keeps a connection for each concurrent request, and closes it before load balancers do.
func TestTransport_connections(t *testing.T) {
	t.Parallel()

	config := Config{MaxConcurrentRequests: 200, RequestTimeout: 3 * time.Second}

	transport, err := config.transport()
	if err != nil {
		t.Fatal(err)
	}

	if transport.MaxIdleConnsPerHost != 200 || transport.MaxIdleConns < 200 || transport.IdleConnTimeout <= 0 || transport.IdleConnTimeout >= time.Minute {
		t.Errorf("keeps %d connections to a host, %d in all, for %v", transport.MaxIdleConnsPerHost, transport.MaxIdleConns, transport.IdleConnTimeout)
	}

	if found := transport.HTTP2.SendPingTimeout + transport.HTTP2.PingTimeout; found <= 0 || found >= config.RequestTimeout {
		t.Errorf("a dead connection is detected after %v", found)
	}
}
