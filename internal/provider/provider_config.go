package provider

import (
	"context"
	"fmt"
	"net/url"
	"os"
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

// The environment variables that stand in for arguments, the first one set wins. The names that begin with IRIUS_ are
// those of the vendor's own command-line client, in its order of precedence (observed).
var (
	endpointVariables      = []string{"IRIUSRISK_ENDPOINT", "IRIUS_HOSTNAME"}
	apiTokenVariables      = []string{"IRIUSRISK_API_TOKEN", "IRIUS_API_KEY", "IRIUS_API_TOKEN"}
	caCertificateVariables = []string{"IRIUSRISK_CA_CERTIFICATE_FILE"}
)

// defaultMaxRetries is how many further attempts a request gets.
const defaultMaxRetries = 4

// providerModel is the provider block.
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
}

// Schema describes the provider block.
func (p *iriusriskProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages who may do what in [IriusRisk](https://www.iriusrisk.com): users, their roles, their business units and their API tokens, through the IriusRisk REST API v2.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Where IriusRisk is reached: `https://host[:port][/prefix]`, for example `https://acme.iriusrisk.com`. " +
					"A bare host name means `https`; a trailing slash or `/api/v2` is tolerated. " +
					"May be set by the environment variable `IRIUSRISK_ENDPOINT`, or by the vendor CLI's `IRIUS_HOSTNAME`.",
				Validators: []validator.String{endpointValidator{}},
			},
			"api_token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "The API token of the user that the provider runs as. The API must be enabled in the settings of the IriusRisk instance. " +
					"Prefer the environment variable `IRIUSRISK_API_TOKEN` (or the vendor CLI's `IRIUS_API_KEY` or `IRIUS_API_TOKEN`), so that the token is in no file.",
			},
			"ca_certificate_file": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Path of a PEM file with certificates of authorities to trust beside the system's, for an instance behind a private authority. " +
					"May be set by the environment variable `IRIUSRISK_CA_CERTIFICATE_FILE`.",
			},
			"insecure_skip_tls_verify": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Accept any TLS certificate. Whoever stands between can then read the API token: use `ca_certificate_file` instead wherever possible. Defaults to `false`.",
			},
			"allow_plaintext_http": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Accept an `http://` endpoint that is not on this machine. The API token and every password then cross the network unencrypted. Defaults to `false`.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long one attempt of a request may take, as a duration such as `45s` or `2m`. Defaults to `" + iriusrisk.DefaultRequestTimeout.String() + "`. A request with all its retries ends 15 minutes after its first attempt began, or after `request_timeout` if that is longer.",
				Validators:          []validator.String{durationValidator{}},
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How many further attempts a request gets when the server is overloaded (429, 502, 503, 504), fails at a read (500), or cannot be reached. "+
					"A request that creates something is repeated only when it surely had no effect. No request is retried for longer than 15 minutes. From 0 to 20. Defaults to `%d`.", defaultMaxRetries),
				Validators: []validator.Int64{int64validator.Between(0, 20)},
			},
			"max_concurrent_requests": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("How many requests may be under way at once. From 1 to 256. Defaults to `%d`.", iriusrisk.DefaultMaxConcurrentRequests),
				Validators:          []validator.Int64{int64validator.Between(1, 256)},
			},
			"requests_per_second": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "How many requests may be sent a second; `0` means no limit. Defaults to `0`.",
				Validators:          []validator.Float64{float64validator.AtLeast(0)},
			},
			"bulk_reads": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether many users are read by lists where that takes fewer requests: the list of all users, and the members of a business unit. " +
					"What a list shows to differ from the state is read directly before it is believed. With `false` everything is read on its own. Defaults to `true`.",
			},
		},
	}
}

// ValidateConfig checks what needs more than one argument, and the API token, before anything is planned. A validator of
// the token would do the same, but what it says has an attribute path, for which Terraform prints the line of the
// configuration with the token in it.
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

// Configure makes the session that all blocks of this provider share. It sends no request. While an argument is not
// known yet, the session has no client and says so to whoever needs one, so that a plan which only creates can go on.
func (p *iriusriskProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel

	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}

	shared := newProviderData()
	shared.unknown = model.unknown()

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

	resp.ResourceData = shared
	resp.DataSourceData = shared
	resp.EphemeralResourceData = shared
	resp.ListResourceData = shared
	resp.ActionData = shared
}

// unknown names the arguments whose values are not known until apply.
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
	} {
		if argument.value.IsUnknown() {
			names = append(names, argument.name)
		}
	}

	return names
}

// clientConfig turns the block, completed from the environment, into the client's configuration.
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

	if !m.MaxRetries.IsNull() {
		config.MaxRetries = int(m.MaxRetries.ValueInt64())
	}

	if !m.MaxConcurrentRequests.IsNull() {
		config.MaxConcurrentRequests = int(m.MaxConcurrentRequests.ValueInt64())
	}

	if config.InsecureSkipTLSVerify {
		diags.AddAttributeWarning(path.Root("insecure_skip_tls_verify"), "TLS certificates are not verified",
			"With insecure_skip_tls_verify = true the provider accepts any certificate, so whoever stands between can read the API token. "+
				"For an instance behind a private authority, set ca_certificate_file instead.")
	}

	return config
}

func (m *providerModel) endpoint(diags *diag.Diagnostics) *url.URL {
	value, source := setting(m.Endpoint, "endpoint", endpointVariables)
	if value == "" {
		diags.AddAttributeError(path.Root("endpoint"), "Missing IriusRisk endpoint",
			"Set the argument endpoint, or the environment variable IRIUSRISK_ENDPOINT, to the address of the instance, for example https://acme.iriusrisk.com.")

		return nil
	}

	endpoint, err := iriusrisk.ParseEndpoint(value)
	if err != nil {
		// Without a path, because an endpoint that is refused may hold a password or a token.
		diags.AddError("Invalid IriusRisk endpoint", fmt.Sprintf("The value of %s cannot be used: %s.", source, err))

		return nil
	}

	if isPlaintext(endpoint) && m.AllowPlaintextHTTP.ValueBool() {
		diags.AddAttributeWarning(path.Root("allow_plaintext_http"), "Unencrypted IriusRisk endpoint",
			fmt.Sprintf("The API token and every password cross the network to %s unencrypted, because allow_plaintext_http = true.", endpoint))
	}

	checkPlaintext(endpoint, m.AllowPlaintextHTTP.ValueBool(), diags)

	return endpoint
}

// token returns the API token. What it says of one has no attribute path, as in ValidateConfig.
func (m *providerModel) token(diags *diag.Diagnostics) string {
	value, source := setting(m.APIToken, "api_token", apiTokenVariables)

	if source == "" {
		diags.AddError("Missing IriusRisk API token",
			"Set the environment variable IRIUSRISK_API_TOKEN, or the argument api_token, to the API token of the user that the provider runs as.")
	} else {
		checkAPIToken(value, source, diags)
	}

	return value
}

// checkAPIToken refuses what cannot be an HTTP header's value, without ever showing it.
func checkAPIToken(token, source string, diags *diag.Diagnostics) {
	if err := iriusrisk.ValidateAPIToken(token); err != nil {
		diags.AddError("Invalid IriusRisk API token", fmt.Sprintf("The value of %s cannot be used: %s.", source, err))
	}
}

func (m *providerModel) certificates(diags *diag.Diagnostics) []byte {
	file, source := setting(m.CACertificateFile, "ca_certificate_file", caCertificateVariables)
	if file == "" {
		return nil
	}

	certificates, err := os.ReadFile(file) //nolint:gosec // The file is the user's to name.
	if err != nil {
		diags.AddAttributeError(path.Root("ca_certificate_file"), "Unable to read the CA certificate file", fmt.Sprintf("The file that %s names cannot be read: %s.", source, err))
	}

	return certificates
}

func (m *providerModel) timeout(diags *diag.Diagnostics) time.Duration {
	if m.RequestTimeout.IsNull() {
		return iriusrisk.DefaultRequestTimeout
	}

	timeout, err := parseTimeout(m.RequestTimeout.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("request_timeout"), "Invalid duration", err.Error())
	}

	return timeout
}

// setting returns the value of an argument, or of the first of its environment variables that is set, and says in
// words which of them it was, "" when there is none.
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

// isPlaintext tells whether what is sent to an endpoint leaves this machine unencrypted.
func isPlaintext(endpoint *url.URL) bool {
	return endpoint.Scheme == "http" && !iriusrisk.IsLoopback(endpoint)
}

// checkPlaintext refuses an endpoint in plain text unless it is allowed.
func checkPlaintext(endpoint *url.URL, allowed bool, diags *diag.Diagnostics) {
	if isPlaintext(endpoint) && !allowed {
		diags.AddAttributeError(path.Root("endpoint"), "Unencrypted IriusRisk endpoint",
			fmt.Sprintf("The endpoint %s is plain http: the API token and every password would cross the network unencrypted. "+
				"Use https, or set allow_plaintext_http = true if you accept that.", endpoint))
	}
}
