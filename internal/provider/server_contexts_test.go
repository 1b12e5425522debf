package provider

import (
	"context"
	"reflect"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/simulator"
)

// The server releases the context of every request, so that a provider in debug mode, which serves many commands, does not
// grow. Each request is empty and fails, which makes no difference to its context.
func TestNewServer_releasesEveryContext(t *testing.T) {
	t.Parallel()

	server := NewServer("test")()

	for method := range reflect.TypeFor[frameworkServer]().Methods() {
		if method.Name != "StopProvider" && keepsContext(server, method.Name) {
			t.Errorf("%s keeps its context", method.Name)
		}
	}
}

// The framework keeps contexts. As soon as it no longer does, contextReleasingServer can be deleted.
func TestKeepsContext_findsKeptContexts(t *testing.T) {
	t.Parallel()

	if server := providerserver.NewProtocol6(New("test")())(); !keepsContext(server, "GetMetadata") {
		t.Error("the server of the framework does not keep the context of a request")
	}
}

// metadataSpy records the context in which it passes a request on to the framework.
type metadataSpy struct {
	frameworkServer

	last weak.Pointer[requestContext]
}

func (s *metadataSpy) GetMetadata(ctx context.Context, req *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	if own, ok := ctx.(*requestContext); ok {
		s.last = weak.Make(own)
	}

	return s.frameworkServer.GetMetadata(ctx, req)
}

// When no request is in flight, nothing is left of the contexts.
func TestReleasedContext_isFreed(t *testing.T) {
	t.Parallel()

	complete, ok := providerserver.NewProtocol6(New("test")())().(frameworkServer)
	if !ok {
		t.Fatal("the server of the framework lacks something")
	}

	spy := &metadataSpy{frameworkServer: complete}
	server := &contextReleasingServer{frameworkServer: spy}

	// The context of a request from Terraform ends after the request.
	ctx, cancel := context.WithCancel(t.Context())
	_, err := server.GetMetadata(ctx, &tfprotov6.GetMetadataRequest{})

	cancel()

	if err != nil || spy.last == (weak.Pointer[requestContext]{}) {
		t.Fatalf("the framework received another context, or failed: %v", err)
	}

	runtime.GC()
	runtime.KeepAlive(server)

	if spy.last.Value() != nil {
		t.Error("the context is still in use")
	}
}

// A request that ends does not cancel another one.
func TestReleasedContext_cancelsNoOtherRequest(t *testing.T) {
	t.Parallel()

	server := startServer(t, simulator.Options{})
	p := newConfigured(t, server)

	server.OnRequest("", func(simulator.RequestInfo) {
		_, err := p.server.GetMetadata(context.Background(), &tfprotov6.GetMetadataRequest{})
		p.noError(err)
	})

	diagnostics, _ := p.data("iriusrisk_users", values{})
	p.requireNoErrors(diagnostics)
}

// keepsContext reports whether a server keeps the context of a request after the request.
func keepsContext(server tfprotov6.ProviderServer, method string) bool {
	kept := callEmpty(server, method)

	runtime.GC()
	runtime.KeepAlive(server)

	return kept.Value() != nil
}

// callEmpty sends an empty request, and returns a pointer to a value of its context.
func callEmpty(server tfprotov6.ProviderServer, name string) (kept weak.Pointer[[64]byte]) {
	value := new([64]byte)
	kept = weak.Make(value)
	method := reflect.ValueOf(server).MethodByName(name)

	// The framework panics for some empty requests.
	defer func() { _ = recover() }()

	results := method.Call([]reflect.Value{
		reflect.ValueOf(context.WithValue(context.Background(), callKey{}, value)), reflect.New(method.Type().In(1).Elem()),
	})

	switch stream := results[0].Interface().(type) {
	case *tfprotov6.ListResourceServerStream:
		for range stream.Results {
		}
	case *tfprotov6.InvokeActionServerStream:
		for range stream.Events {
		}
	}

	return kept
}
