package provider

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// The environment variables of each argument, in order of precedence. The names that begin with IRIUS_ are those of the
// vendor's command-line client, in its order of precedence (observed).
var (
	endpointVariables      = []string{"IRIUSRISK_ENDPOINT", "IRIUS_HOSTNAME"}
	apiTokenVariables      = []string{"IRIUSRISK_API_TOKEN", "IRIUS_API_KEY", "IRIUS_API_TOKEN"}
	caCertificateVariables = []string{"IRIUSRISK_CA_CERTIFICATE_FILE"}
	readOnlyVariables      = []string{"IRIUSRISK_READ_ONLY"}
)

// maxUserRemovalsVariable is the environment variable of max_user_removals. Unlike the others, it takes precedence over the
// argument, so that one run can exceed the limit without a change of the configuration.
const maxUserRemovalsVariable = "IRIUSRISK_MAX_USER_REMOVALS"

// ValidateConfig checks the API token and the arguments that depend on each other. The token has no attribute validator,
// because its diagnostics would carry an attribute path, and Terraform would print the line of the configuration that
// holds the token.
func (p *iriusriskProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var model providerModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)

	if isConfigured(model.APIToken) {
		checkAPIToken(model.APIToken.ValueString(), "the provider argument api_token", &resp.Diagnostics)
	}

	if resp.Diagnostics.HasError() || model.Endpoint.IsNull() || model.Endpoint.IsUnknown() || model.AllowPlaintextHTTP.IsUnknown() {
		return
	}

	if endpoint, err := iriusrisk.ParseEndpoint(model.Endpoint.ValueString()); err == nil {
		checkPlaintext(endpoint, model.AllowPlaintextHTTP.ValueBool(), &resp.Diagnostics)
	}
}

// Configure creates the data that all blocks of this provider share. It sends no request. While an argument is unknown,
// the data has no client, and only blocks that need one report an error, so that a plan that only creates still succeeds.
func (p *iriusriskProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}

	shared := newProviderData()
	shared.unknown = model.unknown()
	shared.removals.limit = model.maxUserRemovals(&resp.Diagnostics)

	if resp.Diagnostics.HasError() {
		return
	}

	if len(shared.unknown) == 0 {
		config := model.clientConfig(&resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}

		config.UserAgent = fmt.Sprintf("terraform-provider-iriusrisk/%s Terraform/%s", p.version, req.TerraformVersion)
		config.Logger = newLogger()

		if p.tune != nil {
			p.tune(&config)
		}

		client, err := iriusrisk.New(config)
		if err != nil {
			resp.Diagnostics.AddError("Unable to configure the IriusRisk provider", err.Error())

			return
		}

		shared.client = client
		shared.directory = directory.New(client, directory.Options{BulkReads: model.BulkReads.IsNull() || model.BulkReads.ValueBool()})
	}

	p.directory.replace(shared.directory)

	resp.ResourceData = shared
	resp.DataSourceData = shared
	resp.EphemeralResourceData = shared
	resp.ListResourceData = shared
	resp.ActionData = shared
}

// unknown returns the names of the arguments that are not known until apply.
func (m *providerModel) unknown() []string {
	var names []string

	for _, argument := range []struct {
		name  string
		value interface{ IsUnknown() bool }
	}{
		{"endpoint", m.Endpoint},
		{"api_token", m.APIToken},
		{"ca_certificate_file", m.CACertificateFile},
		{"insecure_skip_tls_verify", m.InsecureSkipTLSVerify},
		{"allow_plaintext_http", m.AllowPlaintextHTTP},
		{"request_timeout", m.RequestTimeout},
		{"max_retries", m.MaxRetries},
		{"max_concurrent_requests", m.MaxConcurrentRequests},
		{"requests_per_second", m.RequestsPerSecond},
		{"bulk_reads", m.BulkReads},
		{"read_only", m.ReadOnly},
		{"max_user_removals", m.MaxUserRemovals},
	} {
		if argument.value.IsUnknown() {
			names = append(names, argument.name)
		}
	}

	return names
}

// clientConfig builds the configuration of the client from the block and the environment.
func (m *providerModel) clientConfig(diags *diag.Diagnostics) iriusrisk.Config {
	config := iriusrisk.Config{
		InsecureSkipTLSVerify: m.InsecureSkipTLSVerify.ValueBool(),
		MaxRetries:            defaultMaxRetries,
		RequestsPerSecond:     m.RequestsPerSecond.ValueFloat64(),
	}

	config.Endpoint = m.endpoint(diags)
	config.APIToken = m.token(diags)
	config.CACertificates = m.certificates(diags)
	config.RequestTimeout = m.timeout(diags)
	config.ReadOnly = m.readOnly(diags)

	if !m.MaxRetries.IsNull() {
		config.MaxRetries = int(m.MaxRetries.ValueInt64())
	}

	if !m.MaxConcurrentRequests.IsNull() {
		config.MaxConcurrentRequests = int(m.MaxConcurrentRequests.ValueInt64())
	}

	if config.InsecureSkipTLSVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_tls_verify"), "TLS certificates are not verified",
			"With insecure_skip_tls_verify = true the provider accepts any certificate, which exposes the API token to man-in-the-middle attacks. "+
				"If a private certificate authority issued the certificate, set ca_certificate_file instead.")
	}

	return config
}

func (m *providerModel) endpoint(diags *diag.Diagnostics) *url.URL {
	value, source := setting(m.Endpoint, "endpoint", endpointVariables)
	if value == "" {
		diags.AddAttributeError(path.Root("endpoint"), "Missing IriusRisk endpoint",
			"Set the argument endpoint or the environment variable IRIUSRISK_ENDPOINT to the URL of the instance, for example https://acme.iriusrisk.com.")

		return nil
	}

	endpoint, err := iriusrisk.ParseEndpoint(value)
	if err != nil {
		// The diagnostic has no attribute path, because a rejected endpoint may contain a password or a token.
		diags.AddError("Invalid IriusRisk endpoint", fmt.Sprintf("The value of %s is invalid: %s.", source, err))

		return nil
	}

	if isPlaintext(endpoint) && m.AllowPlaintextHTTP.ValueBool() {
		diags.AddAttributeWarning(path.Root("allow_plaintext_http"), "Unencrypted IriusRisk endpoint",
			fmt.Sprintf("The API token and all passwords are sent to %s unencrypted, because allow_plaintext_http = true.", endpoint))
	}

	checkPlaintext(endpoint, m.AllowPlaintextHTTP.ValueBool(), diags)

	return endpoint
}

// token returns the API token. Its diagnostics have no attribute path, as in ValidateConfig.
func (m *providerModel) token(diags *diag.Diagnostics) string {
	value, source := setting(m.APIToken, "api_token", apiTokenVariables)

	if source == "" {
		diags.AddError("Missing IriusRisk API token",
			"Set the environment variable IRIUSRISK_API_TOKEN or the argument api_token to the API token of the user that the provider runs as.")
	} else {
		checkAPIToken(value, source, diags)
	}

	return value
}

// checkAPIToken adds an error for a token that an HTTP header cannot carry. The error never shows the token.
func checkAPIToken(token, source string, diags *diag.Diagnostics) {
	if err := iriusrisk.ValidateAPIToken(token); err != nil {
		diags.AddError("Invalid IriusRisk API token", fmt.Sprintf("The value of %s is invalid: %s.", source, err))
	}
}

func (m *providerModel) certificates(diags *diag.Diagnostics) []byte {
	file, source := setting(m.CACertificateFile, "ca_certificate_file", caCertificateVariables)
	if file == "" {
		return nil
	}

	certificates, err := os.ReadFile(file) //nolint:gosec // The user chooses the file.
	if err != nil {
		diags.AddAttributeError(path.Root("ca_certificate_file"), "Unable to read the CA certificate file", fmt.Sprintf("Reading the file from %s failed: %s.", source, err))
	}

	return certificates
}

func (m *providerModel) timeout(diags *diag.Diagnostics) time.Duration {
	if m.RequestTimeout.IsNull() {
		return iriusrisk.DefaultRequestTimeout
	}

	timeout, err := parseTimeout(m.RequestTimeout.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("request_timeout"), "Invalid duration", fmt.Sprintf("The value %q of request_timeout is invalid: %s.", m.RequestTimeout.ValueString(), err))
	}

	return timeout
}

// readOnly returns whether writes are refused. An environment variable that is neither true nor false is an error, because
// ignoring it could permit writes.
func (m *providerModel) readOnly(diags *diag.Diagnostics) bool {
	if !m.ReadOnly.IsNull() {
		return m.ReadOnly.ValueBool()
	}

	value, source := setting(types.StringNull(), "read_only", readOnlyVariables)
	if source == "" {
		return false
	}

	readOnly, err := strconv.ParseBool(value)
	if err != nil {
		diags.AddAttributeError(path.Root("read_only"), "Invalid value of read_only", fmt.Sprintf("The value %q of %s is invalid: it is neither true nor false.", value, source))
	}

	return readOnly
}

// maxUserRemovals returns the limit of the environment variable or, if that is not set, of the argument. It is nil if there
// is no limit.
func (m *providerModel) maxUserRemovals(diags *diag.Diagnostics) *int64 {
	value := os.Getenv(maxUserRemovalsVariable)

	switch {
	case value == "" && m.MaxUserRemovals.IsUnknown():
		return nil
	case value == "":
		return m.MaxUserRemovals.ValueInt64Pointer()
	}

	limit, err := strconv.ParseInt(value, 10, 64)
	if err != nil || limit < 0 {
		diags.AddAttributeError(path.Root("max_user_removals"), "Invalid value of max_user_removals",
			fmt.Sprintf("The value %q of the environment variable %s is invalid: it is not a whole number of at least 0.", value, maxUserRemovalsVariable))
	}

	return &limit
}

// setting returns the value of an argument, or of the first of its environment variables that is set. source describes
// where the value comes from, for use in messages; it is "" if there is no value.
func setting(argument types.String, name string, variables []string) (value, source string) {
	if !argument.IsNull() {
		return argument.ValueString(), "the provider argument " + name
	}

	for _, variable := range variables {
		if value := os.Getenv(variable); value != "" {
			return value, "the environment variable " + variable
		}
	}

	return "", ""
}

// isPlaintext reports whether requests to an endpoint leave the local machine unencrypted.
func isPlaintext(endpoint *url.URL) bool {
	return endpoint.Scheme == "http" && !iriusrisk.IsLoopback(endpoint)
}

// checkPlaintext adds an error for an unencrypted endpoint unless it is allowed.
func checkPlaintext(endpoint *url.URL, allowed bool, diags *diag.Diagnostics) {
	if isPlaintext(endpoint) && !allowed {
		diags.AddAttributeError(path.Root("endpoint"), "Unencrypted IriusRisk endpoint",
			fmt.Sprintf("The endpoint %s uses plain HTTP, so the API token and all passwords would be sent unencrypted. "+
				"Use HTTPS, or set allow_plaintext_http = true to accept this risk.", endpoint))
	}
}
