package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type callKey struct{}

// During a call the context works as usual. After the call it is cancelled and has no values, so that code that retains
// it keeps no memory alive.
func TestReleasedContext_endsWithTheCall(t *testing.T) {
	t.Parallel()

	var kept context.Context

	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), callKey{}, "logger"))

	server, releasing := NewServer("test")().(*contextReleasingServer)
	if !releasing {
		t.Fatal("the server releases no contexts")
	}

	got, err := withReleasedContext(ctx, server, "request", func(ctx context.Context, req string) (string, error) {
		kept = ctx

		if ctx.Value(callKey{}) != "logger" || ctx.Err() != nil {
			t.Errorf("the call has the value %v and the error %v", ctx.Value(callKey{}), ctx.Err())
		}

		child, end := context.WithCancel(ctx)
		defer end()

		cancel()
		<-child.Done()

		return req + " answered", nil
	})
	if got != "request answered" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}

	<-kept.Done()

	if _, limited := kept.Deadline(); limited || kept.Value(callKey{}) != nil || kept.Err() == nil {
		t.Errorf("the kept context has the value %v and the error %v", kept.Value(callKey{}), kept.Err())
	}
}

// The server releases the context of each call and implements everything that the framework's server does.
func TestNewServer_servesEverySchema(t *testing.T) {
	t.Parallel()

	server := NewServer("test")()

	if _, releasing := server.(*contextReleasingServer); !releasing {
		t.Errorf("the server is a %T", server)
	}

	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schema.ResourceSchemas) == 0 || len(schema.ListResourceSchemas) == 0 || len(schema.ActionSchemas) == 0 {
		t.Errorf("the schemas lack something: %v", err)
	}
}
