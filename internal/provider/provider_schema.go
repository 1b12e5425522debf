package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

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
