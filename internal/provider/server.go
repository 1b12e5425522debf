package provider

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NewServer returns a constructor of the protocol server of the provider.
func NewServer(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return serverOf(New(version)()) }
}

// serverOf returns the protocol server of a provider.
func serverOf(p provider.Provider) tfprotov6.ProviderServer {
	server := providerserver.NewProtocol6(p)()

	// Wrapping hides optional interfaces, so only a server that implements all of them is wrapped.
	if complete, ok := server.(frameworkServer); ok {
		return &contextReleasingServer{complete, p}
	}

	return server
}

// frameworkServer is every interface that the server of the framework implements.
type frameworkServer interface {
	tfprotov6.ProviderServerWithListResource //nolint:staticcheck // There is no other name for it yet.
	tfprotov6.ProviderServerWithActions      //nolint:staticcheck // There is no other name for it yet.
}

// contextReleasingServer releases the context of a request when the request ends. The framework keeps the context of every
// request until the process ends, so that it can cancel them when Terraform requests a stop. Each context holds several
// loggers: about 16 KiB for each of the four requests per object and plan. The methods below are those that Terraform
// calls at least once per object.
type contextReleasingServer struct {
	frameworkServer

	provider provider.Provider
}

// StopProvider also ends the requests that no caller waits for.
func (s *contextReleasingServer) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	if stopped, ok := s.provider.(*iriusriskProvider); ok {
		stopped.directories.close()
	}

	return s.frameworkServer.StopProvider(ctx, req)
}

// GetProviderSchema declares large sets as sets. It also announces GenerateResourceConfig, which the framework implements but does not announce. Without it,
// Terraform generates the configuration of imports itself.
func (s *contextReleasingServer) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.frameworkServer.GetProviderSchema(ctx, req)
	if err != nil {
		return resp, err
	}

	showLargeSets(resp.ResourceSchemas)

	if resp.ServerCapabilities != nil {
		resp.ServerCapabilities.GenerateResourceConfig = true
	}

	return resp, nil
}

func (s *contextReleasingServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	resp, err := withReleasedContext(ctx, req, s.frameworkServer.ValidateResourceConfig)
	if resp != nil {
		removeSecretPaths(resp.Diagnostics)
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

func (s *contextReleasingServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return withReleasedContext(ctx, req, s.frameworkServer.CallFunction)
}

func (s *contextReleasingServer) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := withReleasedContext(ctx, req, s.frameworkServer.GenerateResourceConfig)
	if err != nil || resp.Config == nil {
		return resp, err
	}

	schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}

	return resp, dropComputedViews(schemas.ResourceSchemas[req.TypeName], resp)
}

// withReleasedContext handles a request with a context that is released when the request ends.
func withReleasedContext[Req, Resp any](ctx context.Context, req Req, handle func(context.Context, Req) (Resp, error)) (Resp, error) {
	releasable := &requestContext{}
	releasable.live.Store(&ctx)

	defer releasable.live.Store(nil)

	return handle(releasable, req)
}

// requestContext is the context of a request while the request lasts, and a cancelled context without values afterwards.
type requestContext struct {
	live atomic.Pointer[context.Context]
}

var _ context.Context = (*requestContext)(nil)

// released is an already cancelled context, used after a request has ended.
var released = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	return ctx
}()

func (c *requestContext) current() context.Context {
	if live := c.live.Load(); live != nil {
		return *live
	}

	return released
}

// Deadline implements context.Context.
func (c *requestContext) Deadline() (deadline time.Time, ok bool) { return c.current().Deadline() }

// Done implements context.Context.
func (c *requestContext) Done() <-chan struct{} { return c.current().Done() }

// Err implements context.Context.
func (c *requestContext) Err() error { return c.current().Err() }

// Value implements context.Context.
func (c *requestContext) Value(key any) any { return c.current().Value(key) }
