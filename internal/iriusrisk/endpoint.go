package iriusrisk

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// APIPath is the path of the API below the endpoint (documented).
const APIPath = "/api/v2"

// ParseEndpoint parses the address of an instance: https://host[:port][/prefix]. A host name without a scheme, with or
// without a port, means https. Trailing slashes and a trailing /api/v2 are removed. User names, passwords, queries and
// fragments are errors; an error never contains a possible password. The caller decides whether http is allowed.
func ParseEndpoint(value string) (*url.URL, error) {
	value = strings.TrimSpace(value)

	if strings.HasPrefix(value, "//") {
		return nil, errors.New("its scheme is missing before the two slashes")
	}

	// The text before :// is a scheme only if it has the characters of one; otherwise :// is part of a query or a password.
	if scheme, _, found := strings.Cut(value, "://"); !found || strings.ContainsAny(scheme, "/?#@:") {
		value = "https://" + value
	}

	endpoint, err := url.Parse(value)
	if err != nil {
		return nil, errors.New("it is not an address such as https://acme.iriusrisk.com")
	}

	switch {
	case endpoint.User != nil:
		return nil, errors.New("it must not contain a username or a password")
	case endpoint.Scheme != "https" && endpoint.Scheme != "http":
		return nil, fmt.Errorf("its scheme is %q, not https", endpoint.Scheme)
	case endpoint.Hostname() == "":
		return nil, errors.New("it has no host name")
	case endpoint.Hostname() == "http" || endpoint.Hostname() == "https":
		return nil, errors.New("a slash is missing after its scheme")
	case endpoint.RawQuery != "" || endpoint.ForceQuery || endpoint.Fragment != "" || strings.HasSuffix(value, "#"):
		return nil, errors.New("it must not contain a query or a fragment")
	}

	if port := endpoint.Port(); port != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return nil, errors.New("its port is not a number from 0 to 65535")
		}
	}

	// Proxies and servers resolve relative segments in different ways.
	for segment := range strings.SplitSeq(endpoint.Path, "/") {
		if segment == "." || segment == ".." {
			return nil, errors.New("its path contains a relative segment, . or .., which cannot be used")
		}
	}

	path := strings.TrimRight(endpoint.EscapedPath(), "/")
	path = strings.TrimRight(strings.TrimSuffix(path, APIPath), "/")

	parsed := &url.URL{Scheme: endpoint.Scheme, Host: strings.TrimSuffix(endpoint.Host, ":"), RawPath: path}
	if parsed.Path, err = url.PathUnescape(path); err != nil {
		return nil, errors.New("its path cannot be read")
	}

	return parsed, nil
}

// IsLoopback reports whether an address is on this machine: localhost, 127.0.0.0/8 or ::1.
func IsLoopback(endpoint *url.URL) bool {
	host := endpoint.Hostname()
	ip := net.ParseIP(host)

	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}
