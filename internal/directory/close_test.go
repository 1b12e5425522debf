package directory_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/iriusrisk"
)

// A directory of a previous run leaves no connection open, and still works.
func TestClose_closesIdleConnections(t *testing.T) {
	t.Parallel()

	closed := make(chan struct{}, 2)

	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/hal+json")
		_, _ = w.Write([]byte(`{"id": "1", "username": "ada"}`))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}

	server.Start()
	t.Cleanup(server.Close)

	endpoint, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}

	client, err := iriusrisk.New(iriusrisk.Config{Endpoint: endpoint, APIToken: "token"})
	if err != nil {
		t.Fatal(err)
	}

	d := directory.New(client, directory.Options{})

	for range 2 {
		if _, err := d.FreshProfile(t.Context()); err != nil {
			t.Fatal(err)
		}

		d.Close()
		<-closed
	}
}
