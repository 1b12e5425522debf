package provider

import (
	"context"
	"reflect"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
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
