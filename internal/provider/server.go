package provider

import (
	"context"
	"sync"

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
		return &contextReleasingServer{frameworkServer: complete, provider: p}
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
// loggers: about 16 KiB for each of the four requests per object and plan.
type contextReleasingServer struct {
	frameworkServer

	provider provider.Provider

	// inFlight counts the requests that have not ended.
	mu       sync.Mutex
	inFlight int
}

// StopProvider also ends the requests that no caller waits for.
func (s *contextReleasingServer) StopProvider(ctx context.Context, req *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	if stopped, ok := s.provider.(*iriusriskProvider); ok {
		stopped.directory.close()
	}

	return s.frameworkServer.StopProvider(ctx, req)
}

// GetProviderSchema declares large sets as sets. It also announces GenerateResourceConfig, which the framework implements but
// does not announce. Without it, Terraform generates the configuration of imports itself.
func (s *contextReleasingServer) GetProviderSchema(ctx context.Context, req *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := withReleasedContext(ctx, s, req, s.frameworkServer.GetProviderSchema)
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
	resp, err := withReleasedContext(ctx, s, req, s.frameworkServer.ValidateResourceConfig)
	if resp != nil {
		removeSecretPaths(resp.Diagnostics)
	}

	return resp, err
}

func (s *contextReleasingServer) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	resp, err := withReleasedContext(ctx, s, req, s.frameworkServer.GenerateResourceConfig)
	if err != nil || resp.Config == nil {
		return resp, err
	}

	schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}

	return resp, dropComputedViews(schemas.ResourceSchemas[req.TypeName], resp)
}
