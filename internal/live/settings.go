// Package live meets a real IriusRisk. What the API leaves open is inferred everywhere else; here a tenant is asked, and
// a report says for each inferred fact what was assumed and what was seen. Everything that is written is written to
// users who are made for it, and who carry a random prefix. Its tests run the provider against the same tenant.
package live

import "os"

// The environment variables that name a tenant, and what of it may be used.
const (
	EndpointVariable      = "IRIUSRISK_ENDPOINT"
	APITokenVariable      = "IRIUSRISK_API_TOKEN" //nolint:gosec // It is a name, not a token.
	CACertificateVariable = "IRIUSRISK_CA_CERTIFICATE_FILE"
	RoleVariable          = "IRIUSRISK_LIVE_ROLE"
	BusinessUnitVariable  = "IRIUSRISK_LIVE_BUSINESS_UNIT"
	ReportVariable        = "IRIUSRISK_LIVE_REPORT"
)

// Settings name a tenant, and what of it may be used.
type Settings struct {
	// Endpoint and APIToken are those of the provider, as is CACertificateFile, which may be empty.
	Endpoint, APIToken, CACertificateFile string

	// Role and BusinessUnit are names or UUIDs of what may be assigned. An empty BusinessUnit means the first one that the
	// tenant lists; an empty Role means none, but on this machine.
	Role, BusinessUnit string

	// RequestsPerSecond bounds the rate of the requests that the provider does not send; 0 is no bound.
	RequestsPerSecond float64

	// ReportFile is where the report is written besides being printed; empty means nowhere.
	ReportFile string
}

// requestsPerSecond keeps a run from being a burden on a tenant that people work with.
const requestsPerSecond = 50

// FromEnvironment reads the settings from the environment.
func FromEnvironment() Settings {
	return Settings{
		Endpoint: os.Getenv(EndpointVariable), APIToken: os.Getenv(APITokenVariable), CACertificateFile: os.Getenv(CACertificateVariable),
		Role: os.Getenv(RoleVariable), BusinessUnit: os.Getenv(BusinessUnitVariable), ReportFile: os.Getenv(ReportVariable),
		RequestsPerSecond: requestsPerSecond,
	}
}

// NameTenant tells whether the settings say where the tenant is and who asks.
func (s Settings) NameTenant() bool { return s.Endpoint != "" && s.APIToken != "" }
