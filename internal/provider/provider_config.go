package provider

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
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

// defaultMaxRetries is the default of max_retries.
const defaultMaxRetries = 4

// providerModel is the configuration of the provider block.
type providerModel struct {
	Endpoint              types.String  `tfsdk:"endpoint"`
	APIToken              types.String  `tfsdk:"api_token"`
	CACertificateFile     types.String  `tfsdk:"ca_certificate_file"`
	InsecureSkipTLSVerify types.Bool    `tfsdk:"insecure_skip_tls_verify"`
	AllowPlaintextHTTP    types.Bool    `tfsdk:"allow_plaintext_http"`
	RequestTimeout        types.String  `tfsdk:"request_timeout"`
	MaxRetries            types.Int64   `tfsdk:"max_retries"`
	MaxConcurrentRequests types.Int64   `tfsdk:"max_concurrent_requests"`
	RequestsPerSecond     types.Float64 `tfsdk:"requests_per_second"`
	BulkReads             types.Bool    `tfsdk:"bulk_reads"`
	ReadOnly              types.Bool    `tfsdk:"read_only"`
	MaxUserRemovals       types.Int64   `tfsdk:"max_user_removals"`
}

func (p *iriusriskProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Use this provider to manage [IriusRisk](https://www.iriusrisk.com) users, their roles, business units and API tokens through the IriusRisk REST API v2.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "URL of the IriusRisk instance, in the form `https://host[:port][/prefix]`, for example `https://acme.iriusrisk.com`. " +
					"Without a scheme, `https` is used. A trailing slash or `/api/v2` is ignored. " +
					"Can also be set with the environment variable `IRIUSRISK_ENDPOINT` or the vendor CLI's `IRIUS_HOSTNAME`.",
				Validators: []validator.String{endpointValidator()},
			},
			"api_token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "API token of the user that the provider runs as. The API must be enabled in the settings of the IriusRisk instance. " +
					"Prefer the environment variable `IRIUSRISK_API_TOKEN` (or the vendor CLI's `IRIUS_API_KEY` or `IRIUS_API_TOKEN`) to keep the token out of configuration files.",
			},
			"ca_certificate_file": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Path to a PEM file with CA certificates to trust in addition to the system's, for an instance whose certificate was issued by a private certificate authority. " +
					"Can also be set with the environment variable `IRIUSRISK_CA_CERTIFICATE_FILE`.",
			},
			"insecure_skip_tls_verify": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Disables TLS certificate verification, which exposes the API token to man-in-the-middle attacks. Prefer `ca_certificate_file`. Defaults to `false`.",
			},
			"allow_plaintext_http": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Allows an `http://` endpoint that is not on the local machine. The API token and all passwords are then sent unencrypted. Defaults to `false`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("Timeout of each attempt of a request, as a duration such as `45s` or `2m`. A request with all its retries ends 15 minutes after the start of its first attempt, or after `request_timeout` if that is longer. Defaults to `%s`.", iriusrisk.DefaultRequestTimeout),
				Validators:          []validator.String{durationValidator()},
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("Maximum number of retries for throttled or unavailable responses (429, 502, 503, 504), failed reads (500) and connection errors. "+
					"Creations are retried only if the previous attempt had no effect. No request is retried for longer than 15 minutes. From 0 to 20. Defaults to `%d`.", defaultMaxRetries),
				Validators: []validator.Int64{int64validator.Between(0, 20)},
			},
			"max_concurrent_requests": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("Maximum number of concurrent requests. From 1 to 256. Defaults to `%d`.", iriusrisk.DefaultMaxConcurrentRequests),
				Validators:          []validator.Int64{int64validator.Between(1, 256)},
			},
			"requests_per_second": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "Maximum number of requests per second; `0` means no limit. Defaults to `0`.",
				Validators:          []validator.Float64{float64validator.AtLeast(0)},
			},
			"bulk_reads": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to read the list of all users and the members of business units in bulk where this needs fewer requests, and to request the roles of users ahead while requests are idle. " +
					"Differences are verified with an individual read. Set to `false` to read every object individually and only when Terraform asks for it. Defaults to `true`.",
			},
			"read_only": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to refuse every request that could change IriusRisk, that is, every request other than `GET`. Plans work, and applies, actions and ephemeral resources fail before they change anything. " +
					"Can also be set with the environment variable `IRIUSRISK_READ_ONLY`. Defaults to `false`.",
			},
			"max_user_removals": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "Maximum number of users that one plan may delete or disable: through `iriusrisk_user` (destroyed, replaced or no longer `enabled`) and `iriusrisk_users_exclusive`. `0` allows none. A plan with more fails and names the users, and an apply refuses the request that exceeds the limit. " +
					"The environment variable `IRIUSRISK_MAX_USER_REMOVALS` overrides this argument, so that one run can remove more. By default there is no limit.",
				Validators: []validator.Int64{int64validator.AtLeast(0)},
			},
		},
	}
}

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
