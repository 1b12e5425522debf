package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns a constructor of the server that speaks Terraform's protocol for the provider.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return serverOf(New(version)()) }
}

// serverOf returns the server of a provider.
func serverOf(p provider.Provider) tfprotov6.ProviderServer {
	server := providerserver.NewProtocol6(p)()

	// The framework's server has it all. One that had not would be asked for what it has only if it stays as it is.
	if whole, ok := server.(frameworkServer); ok {
		return &contextReleasingServer{whole}
	}

	return server
}

// frameworkServer is all that the framework's server does.
type frameworkServer interface {
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // There is no other name for it yet.
	tfprotov6.ProviderServerWithActions      //nolint:staticcheck // There is no other name for it yet.
}

// contextReleasingServer lets go of the context of a call once the call is over. The framework keeps the context of every call
// until the process ends, so as to cancel it when Terraform says stop, and each holds several loggers: some 16 KiB for
// each of the four calls that an object takes in a plan.
type contextReleasingServer struct{ frameworkServer }

// The calls that come once or more for each object.

func (s *contextReleasingServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := withReleasedContext(ctx, req, s.frameworkServer.ValidateResourceConfig)
	if resp != nil {
		withoutSecretPaths(resp.Diagnostics)
	}

	return resp, err
}

func (s *contextReleasingServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.UpgradeResourceState)
}

func (s *contextReleasingServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.UpgradeResourceIdentity)
}

func (s *contextReleasingServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.ReadResource)
}

func (s *contextReleasingServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.PlanResourceChange)
}

func (s *contextReleasingServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.ApplyResourceChange)
}

func (s *contextReleasingServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.ImportResourceState)
}

func (s *contextReleasingServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.ValidateDataResourceConfig)
}

func (s *contextReleasingServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.ReadDataSource)
}

// withReleasedContext makes a call with a context that is empty once the call is over.
func withReleasedContext[Req, Resp any](ctx context.Context, req Req, call func(context.Context, Req) (Resp, error)) (Resp, error) {
	limited := &callContext{}
	limited.during.Store(&ctx)

	defer limited.during.Store(nil)

	return call(limited, req)
}

// callContext is the context of a call while the call lasts, and a cancelled one without values from then on.
type callContext struct {
	during atomic.Pointer[context.Context]
}

var _ context.Context = (*callContext)(nil)

// over is what is left of a context when its call is over.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	return ctx
}()

func (c *callContext) now() context.Context {
	if during := c.during.Load(); during != nil {
		return *during
	}

	return over
}

// Deadline implements context.Context.
func (c *callContext) Deadline() (deadline time.Time, ok bool) { return c.now().Deadline() }

// Done implements context.Context.
func (c *callContext) Done() <-chan struct{} { return c.now().Done() }

// Err implements context.Context.
func (c *callContext) Err() error { return c.now().Err() }

// Value implements context.Context.
func (c *callContext) Value(key any) any { return c.now().Value(key) }
