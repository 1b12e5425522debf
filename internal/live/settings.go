// Package live checks the provider against a real IriusRisk. Much of the API is undocumented, so facts about it are
// inferred; the probe examines a tenant and reports for each inferred fact what was assumed and what was observed. It
// writes only to users, roles and business units that it creates, whose names have a random prefix. The tests run the provider against
// the same tenant.
package live

import "os"

// The environment variables that configure a live run.
const (
	EndpointVariable      = "IRIUSRISK_ENDPOINT"
	APITokenVariable      = "IRIUSRISK_API_TOKEN" //nolint:gosec // It is a name, not a token.
	CACertificateVariable = "IRIUSRISK_CA_CERTIFICATE_FILE"
	RoleVariable          = "IRIUSRISK_LIVE_ROLE"
	BusinessUnitVariable  = "IRIUSRISK_LIVE_BUSINESS_UNIT"
	ReportVariable        = "IRIUSRISK_LIVE_REPORT"
)

// Settings configure a live run.
type Settings struct {
	// Endpoint, APIToken and CACertificateFile (optional) are those of the provider.
	Endpoint, APIToken, CACertificateFile string

	// Role and BusinessUnit are names or UUIDs of what may be assigned. Without BusinessUnit, the first unit of the
	// tenant is used. Without Role, no role is assigned, except on a loopback address.
	Role, BusinessUnit string

	// RequestsPerSecond limits the requests that the provider does not send; 0 means no limit.
	RequestsPerSecond float64

	// ReportFile is the file that the report is written to, if any.
	ReportFile string
}

// requestsPerSecond limits the load on a tenant in use.
const requestsPerSecond = 50

// FromEnvironment reads the settings from the environment.
func FromEnvironment() Settings {
	return Settings{
		Endpoint: os.Getenv(EndpointVariable), APIToken: os.Getenv(APITokenVariable), CACertificateFile: os.Getenv(CACertificateVariable),
		Role: os.Getenv(RoleVariable), BusinessUnit: os.Getenv(BusinessUnitVariable), ReportFile: os.Getenv(ReportVariable),
		RequestsPerSecond: requestsPerSecond,
	}
}

// IsConfigured reports whether the settings contain an endpoint and an API token.
func (s Settings) IsConfigured() bool { return s.Endpoint != "" && s.APIToken != "" }
