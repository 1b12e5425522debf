package iriusrisk

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseEndpoint(t *testing.T) {
	t.Parallel()

	for value, wanted := range map[string]string{
		"https://acme.iriusrisk.com":              "https://acme.iriusrisk.com",
		"https://acme.iriusrisk.com/":             "https://acme.iriusrisk.com",
		"https://acme.iriusrisk.com/api/v2":       "https://acme.iriusrisk.com",
		"https://acme.iriusrisk.com/api/v2/":      "https://acme.iriusrisk.com",
		"https://host:8443/prefix/api/v2//":       "https://host:8443/prefix",
		"http://localhost:8080":                   "http://localhost:8080",
		"acme.iriusrisk.com":                      "https://acme.iriusrisk.com",
		"localhost:8080":                          "https://localhost:8080",
		"https://[::1]:8080/a%2Fb":                "https://[::1]:8080/a%2Fb",
		"https://[fe80::1%25eth0]:8443/x/api/v2/": "https://[fe80::1%25eth0]:8443/x",
		"https://host/../x":                       "",
		"https://host/x/./y":                      "",
		"https://host/x/%2e%2E/api/v2":            "",
		"//host":                                  "",
		"":                                        "",
		"https://":                                "",
		"ftp://host":                              "",
		"https://user:hush@host":                  "",
		"user:hush@host":                          "",
		"https://host?x=hush":                     "",
		"https://host?":                           "",
		"https://host#":                           "",
		"https://host#hush":                       "",
		"http:/127.0.0.1:8080":                    "",
		"https:/host":                             "",
		"https://ho st":                           "",
		"https://host:port":                       "",
		"https://acme.iriusrisk.com/api/v2?hush=": "",
	} {
		endpoint, err := ParseEndpoint(value)
		if (err == nil) != (wanted != "") || (err == nil && endpoint.String() != wanted) {
			t.Errorf("%q: %v, %v; want %q", value, endpoint, err, wanted)
		}

		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: the error contains a possible secret: %v", value, err)
		}
	}
}

// The error of an invalid endpoint contains the reason.
func TestParseEndpoint_errors(t *testing.T) {
	t.Parallel()

	for value, wanted := range map[string]string{
		"//acme.iriusrisk.com": "scheme is missing", "https://": "no host name", "https:///x": "no host name", "https://host/..": ". or ..",
		"https://[fe80::1%eth0]": "not an address such as", "ftp://host": `"ftp", not https`, "https:/host": "a slash is missing", "https://host:99999": "0 to 65535",
	} {
		_, err := ParseEndpoint(value)
		expectError(t, err, wanted)
	}
}

func TestIsLoopback(t *testing.T) {
	t.Parallel()

	for address, wanted := range map[string]bool{
		"http://localhost": true, "http://LOCALHOST:80": true, "http://127.8.8.8": true, "http://[::1]:80": true,
		"http://10.0.0.1": false, "http://localhost.example.com": false, "http://127.0.0.1.example.com": false,
	} {
		endpoint, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}

		if IsLoopback(endpoint) != wanted {
			t.Errorf("%s: %t", address, !wanted)
		}
	}
}
