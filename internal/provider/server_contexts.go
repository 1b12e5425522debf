package provider

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func (s *contextReleasingServer) GetMetadata(ctx context.Context, req *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.GetMetadata)
}

func (s *contextReleasingServer) GetResourceIdentitySchemas(ctx context.Context, req *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.GetResourceIdentitySchemas)
}

func (s *contextReleasingServer) GetFunctions(ctx context.Context, req *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.GetFunctions)
}

func (s *contextReleasingServer) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ValidateProviderConfig)
}

func (s *contextReleasingServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ConfigureProvider)
}

func (s *contextReleasingServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.UpgradeResourceState)
}

func (s *contextReleasingServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.UpgradeResourceIdentity)
}

func (s *contextReleasingServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ReadResource)
}

func (s *contextReleasingServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.PlanResourceChange)
}

func (s *contextReleasingServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ApplyResourceChange)
}

func (s *contextReleasingServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ImportResourceState)
}

func (s *contextReleasingServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ValidateDataResourceConfig)
}

func (s *contextReleasingServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ReadDataSource)
}

func (s *contextReleasingServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.CallFunction)
}

func (s *contextReleasingServer) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.MoveResourceState)
}

func (s *contextReleasingServer) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ValidateEphemeralResourceConfig)
}

func (s *contextReleasingServer) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.OpenEphemeralResource)
}

func (s *contextReleasingServer) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.RenewEphemeralResource)
}

func (s *contextReleasingServer) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.CloseEphemeralResource)
}

func (s *contextReleasingServer) ValidateListResourceConfig(ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ValidateListResourceConfig)
}

func (s *contextReleasingServer) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.ValidateActionConfig)
}

func (s *contextReleasingServer) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return withReleasedContext(ctx, s, req, s.frameworkServer.PlanAction)
}

// ListResource releases the context when all results have been received.
func (s *contextReleasingServer) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	releasable, release := s.newRequestContext(ctx)

	resp, err := s.frameworkServer.ListResource(releasable, req)
	if err != nil {
		release()

		return resp, err
	}

	resp.Results = andThen(resp.Results, release)

	return resp, nil
}

// InvokeAction releases the context when all events have been received.
func (s *contextReleasingServer) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	releasable, release := s.newRequestContext(ctx)

	resp, err := s.frameworkServer.InvokeAction(releasable, req)
	if err != nil {
		release()

		return resp, err
	}

	resp.Events = andThen(resp.Events, release)

	return resp, nil
}

// andThen returns a sequence that calls a function when it ends.
func andThen[T any](sequence iter.Seq[T], end func()) iter.Seq[T] {
	return func(yield func(T) bool) {
		defer end()

		sequence(yield)
	}
}

// withReleasedContext handles a request with a context that is released when the request ends.
func withReleasedContext[Req, Resp any](ctx context.Context, s *contextReleasingServer, req Req, handle func(context.Context, Req) (Resp, error)) (Resp, error) {
	releasable, release := s.newRequestContext(ctx)
	defer release()

	return handle(releasable, req)
}

// newRequestContext returns the context of a request, and the function that releases it. The function of the last request in
// flight also makes the framework drop what is left of all contexts: a few hundred bytes each, which add up in debug mode.
func (s *contextReleasingServer) newRequestContext(ctx context.Context) (releasable *requestContext, release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()

	s.inFlight++

	releasable = &requestContext{}
	releasable.live.Store(&ctx)

	return releasable, func() {
		s.mu.Lock()
		defer s.mu.Unlock()

		releasable.live.Store(nil)

		s.inFlight--
		if s.inFlight == 0 {
			// All requests have ended, so that this cancels none. It never fails.
			_, _ = s.frameworkServer.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
		}
	}
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
